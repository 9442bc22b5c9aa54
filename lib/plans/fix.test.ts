import { describe, expect, test } from "vitest";
import type { NodeId } from "@/lib/cluster/node";
import { A, B, C, id, merge, six } from "@/lib/cluster/sample-views";
import { counted, open, own, pictureOf } from "@/lib/cluster/sick.fixture";
import { formatRanges } from "@/lib/cluster/slots";
import type { Topology } from "@/lib/cluster/topology";
import { sampleFacts } from "./facts.fixture";
import { planFix } from "./fix";
import { planSchema } from "./plan";
import { modelOf, simulate } from "./simulate";
import type { Step } from "./step";
import type { WishOf } from "./wish";

type Held = Parameters<typeof counted>[0];

const letter = (node: NodeId | undefined) => node?.[0] ?? "-";
const textOf = (step: Step): string => {
  switch (step.kind) {
    case "move-slots":
      return `${step.halfMoved ? "on" : "move"} ${letter(step.source)}>${letter(step.target)} ${formatRanges(step.ranges, "-")}`;
    case "gather-keys":
      return `${step.way} ${letter(step.from)}>${letter(step.to)} ${formatRanges(step.ranges, "-")}`;
    case "assign-slots":
      return `assign ${letter(step.nodeId)} ${formatRanges(step.ranges, "-")} yields ${step.yields.map(letter).join() || "-"}`;
    case "clear-flags":
      return `clear ${step.flagged.map(letter).join()} empty ${step.empty.map(letter).join() || "-"} ${formatRanges(step.ranges, "-")}${step.through ? ` through ${letter(step.through)}` : ""}`;
    default:
      return step.kind;
  }
};

function plan(topology: Topology, held: Held = {}, wish: Partial<WishOf<"fix">> = {}) {
  const facts = sampleFacts(topology, { slotKeys: counted(held) });
  return planFix(facts, { verb: "fix", open: "safe", strays: "move", abandon: [], ...wish });
}

const both = { a: `${own.a} ${open(5, ">", B)}`, b: `${own.b} ${open(5, "<", A)}` };
const keysOnBoth: Held = { [A]: { 5: 60 }, [B]: { 5: 40 } };
const keysAtA: Held = { [A]: { 5: 60 } };
const onlyTarget = { b: both.b };
const onlySource = { a: both.a };

type Row = {
  readonly what: string;
  readonly lines?: Readonly<Record<string, string>>;
  readonly silent?: string;
  readonly held?: Held;
  readonly wish?: Partial<WishOf<"fix">>;
  /** Undefined: nothing is planned. */
  readonly steps: readonly string[] | undefined;
};

const rows: readonly Row[] = [
  { what: "half-moved goes on", lines: both, held: keysOnBoth, steps: ["on a>b 5"] },
  { what: "half-moved goes on, though nothing has moved", lines: both, held: keysAtA, steps: ["on a>b 5"] },
  {
    what: "half-moved goes back by way of the target",
    lines: both,
    held: keysOnBoth,
    wish: { open: "back" },
    steps: ["on a>b 5", "move b>a 5"],
  },
  {
    what: "half-moved without keys at the target is closed, the owner first",
    lines: both,
    held: keysAtA,
    wish: { open: "back" },
    steps: ["clear a,b empty b 5"],
  },
  { what: "half-moved may be left", lines: both, held: keysOnBoth, wish: { leave: [[5, 5]] }, steps: undefined },
  { what: "half-moved outside of what is asked for", lines: both, wish: { ranges: [[9, 9]] }, steps: undefined },
  { what: "a target that is silent keeps its flag", lines: both, silent: "b", held: keysAtA, steps: undefined },
  {
    what: "a target that is silent, given up by choice",
    lines: both,
    silent: "b",
    held: keysAtA,
    wish: { open: "back" },
    steps: ["clear a empty - 5"],
  },
  { what: "target alone, no keys there", lines: onlyTarget, held: keysAtA, steps: ["clear b empty b 5"] },
  { what: "target alone, keys there", lines: onlyTarget, held: keysOnBoth, steps: ["on a>b 5"] },
  {
    what: "target alone, keys there, back",
    lines: onlyTarget,
    held: keysOnBoth,
    wish: { open: "back" },
    steps: ["move b>a 5"],
  },
  { what: "source alone, no keys beyond", lines: onlySource, held: keysAtA, steps: ["clear a empty b 5"] },
  { what: "source alone, keys beyond", lines: onlySource, held: keysOnBoth, steps: ["on a>b 5"] },
  {
    what: "source alone, keys beyond, back",
    lines: onlySource,
    held: keysOnBoth,
    wish: { open: "back" },
    steps: ["on a>b 5", "move b>a 5"],
  },
  {
    what: "the source failed over",
    lines: { a: "a slave d 1", d: "d master - 7 0-5460", b: both.b },
    held: { [B]: { 5: 40 } },
    steps: ["on d>b 5"],
  },
  {
    what: "a flag that names nobody",
    lines: { a: `${own.a} ${open(5, ">", id("8"))}` },
    steps: ["clear a empty - 5"],
  },
  {
    what: "a flag on a replica goes last, through its primary",
    lines: { ...both, e: `e slave b 2 ${open(9, "<", A)}` },
    held: keysOnBoth,
    steps: ["on a>b 5", "clear e empty - 9 through b"],
  },
  {
    what: "several owners: the loser gives up, and what it holds",
    lines: { b: "b master - 2 5459-10922" },
    held: { [A]: { 5459: 2 } },
    steps: ["assign b 5459-5460 yields a", "move a>b 5459-5460"],
  },
  {
    what: "several disputes: the highest winner first",
    lines: { b: "b master - 2 5459-10924", c: own.c },
    held: {},
    steps: [
      "assign c 10923-10924 yields b",
      "assign b 5459-5460 yields a",
      "move b>c 10923-10924",
      "move a>b 5459-5460",
    ],
  },
  {
    what: "one winner over two: both give up before it rises",
    lines: { a: "a master - 1 0-5460 10923-10923", b: "b master - 2 5461-10922 10924-10924" },
    steps: ["assign c 10923-10924 yields a,b", "move a>c 10923-10924", "move b>c 10923-10924"],
  },
  {
    what: "nobody's slot goes to whoever holds most of it, the others' keys follow",
    lines: { a: "a master - 1 0-4 6-5460" },
    held: { [A]: { 5: 2 }, [C]: { 5: 9 } },
    steps: ["assign c 5 yields -", "move a>c 5"],
  },
  {
    what: "the source gave it away before the target took it",
    lines: { a: "a master - 1 0-4 6-5460", b: both.b },
    steps: ["assign b 5 yields -"],
  },
  {
    what: "nobody's slots without keys go to those who have fewest",
    lines: { a: "a master - 1 0-5459" },
    steps: ["assign a 5460 yields -"],
  },
  { what: "a dead owner keeps its slots", silent: "a", steps: undefined },
  {
    what: "a dead owner's slots, given away by name",
    silent: "a",
    wish: { abandon: [A] },
    steps: ["assign b 2731-5460 yields -", "assign c 0-2730 yields -"],
  },
  {
    what: "keys outside their owner",
    held: { [A]: { 5: 60 }, [C]: { 5: 40 } },
    steps: ["move c>a 5"],
  },
  {
    what: "keys outside their owner, into a file",
    held: { [C]: { 5: 40 } },
    wish: { strays: "export" },
    steps: ["export c>a 5"],
  },
  { what: "keys outside their owner, left", held: { [C]: { 5: 40 } }, wish: { strays: "leave" }, steps: undefined },
  {
    what: "a third node's keys go to whoever owns the slot in the end",
    lines: both,
    held: { ...keysOnBoth, [C]: { 5: 3 } },
    steps: ["on a>b 5", "move c>b 5"],
  },
];

describe("the case table", () => {
  test.each(rows)("$what", ({ lines = {}, silent = "", held = {}, wish = {}, steps }) => {
    const topology = pictureOf(lines, [..."abcdef"].filter((one) => one !== silent).join(""));
    if (!steps) {
      expect(() => plan(topology, held, wish)).toThrow(/Nothing/);
      return;
    }
    const made = plan(topology, held, wish);
    expect(made.steps.map(textOf)).toEqual([...steps, "prove"]);
    expect(() => simulate(modelOf(topology), made.steps)).not.toThrow();
    const stored = { ...made, id: "p", clusterId: "t", clusterName: "t", madeAtMs: 0, expiresAtMs: 1, madeBy: "x" };
    expect(planSchema.safeParse(JSON.parse(JSON.stringify(stored))).error).toBeUndefined();
    for (const line of made.preflight) expect(line.text, line.code).toMatch(/^[A-Z0-9].*[.…]$/s);
    for (const line of made.preflight) expect(line.text).not.toMatch(/undefined|nobody \(/);
  });
});

test("a slot may go its own way among others of the same trouble", () => {
  const flags = (sign: ">" | "<", other: NodeId) => [5, 6, 7].map((slot) => open(slot, sign, other)).join(" ");
  const topology = pictureOf({ a: `${own.a} ${flags(">", B)}`, b: `${own.b} ${flags("<", A)}` });
  const held = { [A]: { 5: 1, 6: 1, 7: 1 }, [B]: { 5: 1, 6: 1, 7: 1 } };
  const made = plan(topology, held, { back: [[6, 6]], leave: [[7, 7]] });
  expect(made.steps.map(textOf)).toEqual(["on a>b 5-6", "move b>a 6", "prove"]);
  expect(made.preflight.find(({ code }) => code === "fix-left")?.text).toContain("Slot 7");
  expect(made.preflight.find(({ code }) => code === "other-slots-closed")).toMatchObject({
    kind: "note",
    state: "fail",
  });
  expect(made.after.find((shard) => shard.primaryId === B)?.ranges).toEqual([
    [5, 5],
    [5461, 10922],
  ]);
});

test("what is given away or deleted is typed, with the number of keys last seen", () => {
  const before = merge(six());
  const topology = pictureOf({}, "bcdef");
  const nodes = topology.nodes.map((node) =>
    node.id === A ? { ...node, stats: { ...(before.nodes[0]?.stats ?? ({} as never)), keys: 4711 } } : node,
  );
  const abandoned = plan({ ...topology, nodes } as Topology, {}, { abandon: [A] });
  expect(abandoned.confirm).toMatchObject({ typed: "t", needsReason: true });
  expect(abandoned.confirm.why).toMatch(/4\s711 keys/);
  const [line] = abandoned.preflight.filter(({ code }) => code === "fix-abandons");
  expect(line).toMatchObject({ kind: "hold", state: "fail" });
  expect(() => plan(before, {}, { abandon: [A] })).toThrow(/10\.0\.0\.1:7000 answers/);
  expect(plan(before, { [C]: { 5: 1 } }, { strays: "delete" }).confirm.typed).toBe("t");
});

test("it is refused while the keys of a primary are not counted", () => {
  const facts = sampleFacts(pictureOf(both), { slotKeys: { ...counted(keysOnBoth), [C]: undefined } });
  const blind = planFix(facts, { verb: "fix", open: "safe", strays: "move", abandon: [] });
  expect(refusals(blind)).toEqual(["fix-counted"]);
});

const refusals = ({ preflight }: ReturnType<typeof plan>): readonly string[] =>
  preflight.filter(({ kind, state }) => kind === "refuse" && state === "fail").map(({ code }) => code);

/** B and C carry slot 6000 to and fro, A is dead. */
const besideTheDead = (state: "ok" | "fail"): Topology => {
  const lines = { b: `${own.b} ${open(6000, ">", C)}`, c: `${own.c} ${open(6000, "<", B)}` };
  const topology = pictureOf(lines, "bcdef");
  const nodes = topology.nodes.map((node) => (node.view ? { ...node, view: { ...node.view, state } } : node));
  return { ...topology, nodes };
};

test("keys are not moved while the cluster is down for slots that nobody serves", () => {
  const held = { [C]: { 6000: 1 } };
  expect(refusals(plan(besideTheDead("fail"), held))).toEqual(["fix-serves"]);
  expect(refusals(plan(besideTheDead("fail"), held, { abandon: [A] }))).toEqual([]);
  expect(refusals(plan(besideTheDead("ok"), held))).toEqual([]);
});
