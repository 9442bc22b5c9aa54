import { expect, type Locator, type Page } from "@playwright/test";

/** The six steps that every verb has. */
export class WizardPage {
  readonly next: Locator;
  readonly start: Locator;

  constructor(readonly page: Page) {
    this.next = page.getByRole("button", { name: "Next", exact: true });
    this.start = page.getByRole("button", { name: /^Start( —|:)/ });
  }

  step(name: string): Locator {
    return this.page.getByRole("listitem").filter({ hasText: name }).and(this.page.locator('[aria-current="step"]'));
  }

  /** From the plan to the running operation; gives a reason and types the name where they are asked for. */
  async confirm(): Promise<void> {
    await expect(this.step("Plan")).toBeVisible({ timeout: 30_000 });
    await this.next.click();
    await expect(this.step("Confirm")).toBeVisible();
    const reason = this.page.getByLabel("Why", { exact: true });
    if (await reason.isVisible()) await reason.fill("a story");
    const typed = this.page.getByLabel(/^Type /);
    if (await typed.isVisible()) {
      const label =
        (await this.page
          .getByText(/^Type /)
          .first()
          .textContent()) ?? "";
      await typed.fill(label.replace("Type ", "").trim());
    }
    await this.start.click();
    await expect(this.page).toHaveURL(/\/operations\/\d+$/);
  }

  async proved(timeout = 120_000): Promise<void> {
    await expect(this.page.getByRole("heading", { name: "Proof" })).toBeVisible({ timeout });
    await expect(this.page.getByText("proved", { exact: true }).first()).toBeVisible({ timeout });
  }
}
