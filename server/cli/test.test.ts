import { expect, test } from "vitest";
import { countIn, runSteps } from "./test-steps.mjs";

const step = (name: string, ok: boolean, output?: string, needs?: string) => ({
  name,
  work: async () => ({ ok, output: output ?? "" }),
  counts: output !== undefined,
  needs,
});

test("the summary lines of all runs are summed", () => {
  expect(countIn("…\nunit: 3 passed, 1 failed, 2 skipped\nnoise\ne2e: 4 passed, 0 failed, 0 skipped\n")).toEqual({
    passed: 7,
    failed: 1,
  });
  expect(countIn("my unit: 3 passed, 1 failed, 2 skipped")).toEqual({ passed: 0, failed: 0 });
});

test("a failed check counts once, a crashed run once, and what needs a failed step is not run", async () => {
  const told: string[] = [];
  const tell = (line: string) => told.push(line);
  const good = [step("lint", true), step("unit", true, "unit: 5 passed, 0 failed, 0 skipped")];
  expect(await runSteps(good, tell)).toEqual({ passed: 5, failed: 0 });
  const bad = [
    step("lint", false),
    step("unit", false, "unit: 5 passed, 2 failed, 0 skipped"),
    step("server", false, "out of memory"),
    step("build", false),
    step("stories", true, "e2e: 9 passed, 0 failed, 0 skipped", "build"),
  ];
  expect(await runSteps(bad, tell)).toEqual({ passed: 5, failed: 5 });
  expect(told.at(-1)).toBe("stories: not run, because build failed");
});

test("lanes run side by side, are summed, and what needs a failed step of one of them is not run", async () => {
  const told: string[] = [];
  const begun: string[] = [];
  let meet = (): void => {};
  const met = new Promise<void>((resolve) => {
    meet = resolve;
  });
  const lane = (name: string, last: boolean) => ({
    ...step(name, true, "server: 2 passed, 0 failed, 0 skipped"),
    work: async () => {
      begun.push(name);
      if (last) meet();
      await met;
      return { ok: true, output: "server: 2 passed, 0 failed, 0 skipped" };
    },
  });
  const steps = [
    [[lane("server", false)], [lane("unit", true), step("build", false)]],
    step("stories", true, "e2e: 9 passed, 0 failed, 0 skipped", "build"),
  ];
  expect(await runSteps(steps, (line: string) => told.push(line))).toEqual({ passed: 4, failed: 1 });
  expect(begun).toEqual(["server", "unit"]);
  expect(told.at(-1)).toBe("stories: not run, because build failed");
});
