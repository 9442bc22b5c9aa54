import type { Locator, Page } from "@playwright/test";

const COLUMNS = 128;

/** The Slots screen as a hand meets it: a map to brush on, cards to drop on. */
export class SlotsPage {
  readonly map: Locator;

  constructor(readonly page: Page) {
    this.map = page.getByRole("application", { name: "Slot map, 128 by 128" });
  }

  card(index: number): Locator {
    return this.page.getByRole("article", { name: `Shard ${index}`, exact: true });
  }

  /** Where a slot is on the page: the middle of its cell. */
  async pointOf(slot: number): Promise<{ x: number; y: number }> {
    const box = await this.map.boundingBox();
    if (!box) throw new Error("the slot map is not on the page");
    const pitch = box.width / COLUMNS;
    return { x: box.x + ((slot % COLUMNS) + 0.5) * pitch, y: box.y + (Math.floor(slot / COLUMNS) + 0.5) * pitch };
  }

  /** Drags over the map from one slot to another: a run in slot order. */
  async brush(first: number, last: number): Promise<void> {
    const from = await this.pointOf(first);
    const to = await this.pointOf(last);
    const { mouse } = this.page;
    await mouse.move(from.x, from.y);
    await mouse.down();
    await mouse.move((from.x + to.x) / 2, (from.y + to.y) / 2, { steps: 4 });
    await mouse.move(to.x, to.y, { steps: 4 });
    await mouse.up();
  }

  /** Presses inside the selection and carries it to a shard's card, without letting go. */
  async carry(slot: number, index: number): Promise<void> {
    const from = await this.pointOf(slot);
    const box = await this.card(index).boundingBox();
    if (!box) throw new Error(`the card of shard ${index} is not on the page`);
    const { mouse } = this.page;
    await mouse.move(from.x, from.y);
    await mouse.down();
    await mouse.move(from.x - 30, from.y + 20, { steps: 4 });
    await mouse.move(box.x + box.width / 2, box.y + box.height / 2, { steps: 8 });
  }
}
