import { describe, expect, test } from "vitest";
import { check } from "./check";
import { diagnose, keysIn, type Trouble } from "./diagnose";
import { A, B, C, D, HEALTHY, id, merge, six, view } from "./sample-views";
import { counted, open, own, pictureOf } from "./sick.fixture";

type Row = {
  readonly what: string;
  readonly lines: Readonly<Record<string, string>>;
  readonly held?: Readonly<Record<string, Readonly<Record<number, number>>>>;
  readonly silent?: string;
  readonly is: Partial<Trouble>;
  readonly otherKeys?: number;
};

const rows: readonly Row[] = [
  {
    what: "open on both sides",
    lines: { a: `${own.a} ${open(5, ">", B)} ${open(6, ">", B)}`, b: `${own.b} ${open(5, "<", A)} ${open(6, "<", A)}` },
    held: { [A]: { 5: 60, 6: 6 }, [B]: { 5: 40, 6: 4 } },
    is: { kind: "half-moved", owner: A, other: B, nodes: [A, B], ranges: [[5, 6]] },
    otherKeys: 44,
  },
  {
    what: "only the source says so",
    lines: { a: `${own.a} ${open(5, ">", B)}` },
    held: { [B]: { 5: 3 } },
    is: { kind: "flag-alone", owner: A, other: B, nodes: [A] },
    otherKeys: 3,
  },
  {
    what: "only the target says so",
    lines: { b: `${own.b} ${open(5, "<", A)}` },
    is: { kind: "flag-alone", owner: A, other: B, nodes: [B] },
    otherKeys: 0,
  },
  {
    what: "the source failed over: its heir shows no flag, the target still names the old one",
    lines: {
      a: "a slave d 1",
      d: "d master - 7 0-5460",
      b: `${own.b} ${open(5, "<", A)}`,
    },
    is: { kind: "flag-alone", owner: D, other: B, nodes: [B] },
    otherKeys: 0,
  },
  {
    what: "the target failed over: the source still names the old one",
    lines: { b: "b slave e 2", e: "e master - 7 5461-10922", a: `${own.a} ${open(5, ">", B)}` },
    is: { kind: "flag-alone", owner: A, other: id("e"), nodes: [A] },
  },
  {
    what: "a flag that names nobody",
    lines: { a: `${own.a} ${open(5, ">", id("8"))}` },
    is: { kind: "flag-astray", owner: A, nodes: [A] },
  },
  {
    what: "a flag on a replica",
    lines: { e: `e slave b 2 ${open(5, "<", A)}` },
    is: { kind: "flag-on-replica", owner: B, nodes: [id("e")] },
  },
  {
    what: "two that say it is theirs",
    lines: { b: "b master - 2 5459-10922" },
    held: { [A]: { 5459: 2 } },
    is: { kind: "several", owner: B, nodes: [A, B], ranges: [[5459, 5459]] },
  },
  {
    what: "the source gave it away, the target does not know",
    lines: { a: "a master - 1 0-4 6-5460", b: `${own.b} ${open(5, "<", A)}` },
    held: { [B]: { 5: 9 } },
    is: { kind: "nobody", other: B, nodes: [B], ranges: [[5, 5]] },
    otherKeys: 9,
  },
  {
    what: "the owner does not answer",
    lines: {},
    silent: "a",
    is: { kind: "owner-gone", owner: A, nodes: [], ranges: [[0, 5460]] },
  },
  {
    what: "keys where nobody looks for them",
    lines: {},
    held: { [A]: { 5: 60 }, [C]: { 5: 40 } },
    is: { kind: "strayed", owner: A, other: C, nodes: [], ranges: [[5, 5]] },
    otherKeys: 40,
  },
];

describe("one trouble, and the node that it is about", () => {
  test.each(rows)("$what", ({ lines, held = {}, silent: quiet = "", is, otherKeys }) => {
    const topology = pictureOf(lines, [..."abcdef"].filter((letter) => letter !== quiet).join(""));
    const found = diagnose(topology, counted(held)).filter(({ kind }) => kind === is.kind);
    const [one] = found;
    expect(found.length, JSON.stringify(diagnose(topology, counted(held)))).toBeGreaterThan(0);
    expect(one).toMatchObject(is);
    if (otherKeys !== undefined && one) expect(keysIn(one, one.other)).toBe(otherKeys);
  });

  test("nothing is wrong with a healthy cluster, counted or not", () => {
    expect(diagnose(merge(six()))).toEqual([]);
    expect(diagnose(merge(six()), counted({ [A]: { 5: 9 }, [B]: { 6000: 1 } }))).toEqual([]);
  });

  test("a primary that names another owner for longer than gossip takes", () => {
    const odd = [
      ...six().filter((v) => v.from !== C),
      view(
        "c",
        [...HEALTHY.slice(0, 2), own.c, ...HEALTHY.slice(3)].map((text) => text.replace("0-5460", "1-5460")),
      ),
    ].map((v) =>
      v.from === C
        ? {
            ...v,
            nodes: v.nodes.map((n) =>
              n.id === B
                ? {
                    ...n,
                    ranges: [
                      [0, 0],
                      [5461, 10922],
                    ] as const,
                  }
                : n,
            ),
          }
        : v,
    );
    const first = merge(odd);
    expect(diagnose(first)).toEqual([]);
    const later = merge(odd, { previous: first, atMs: 9000 });
    expect(diagnose(later)).toMatchObject([{ kind: "told-otherwise", owner: A, nodes: [C], ranges: [[0, 0]] }]);
  });

  test("the same state of many slots is one trouble; keys on the other side or none are two", () => {
    const flags = Array.from({ length: 100 }, (_, slot) => open(slot, "<", A)).join(" ");
    const topology = pictureOf({ b: `${own.b} ${flags}` });
    const held = Object.fromEntries(Array.from({ length: 50 }, (_, slot) => [slot, 2]));
    const found = diagnose(topology, counted({ [B]: held }));
    expect(found.map((one) => [one.ranges, keysIn(one, B)])).toEqual([
      [[[0, 49]], 100],
      [[[50, 99]], 0],
    ]);
  });
});

test("check says it too: keys that nobody owns only when they were counted, flags that lead nowhere at once", () => {
  const hidden = counted({ [C]: { 5: 40, 7: 1 } });
  expect(check(merge(six()))).toEqual([]);
  expect(check(merge(six()), { scan: hidden })).toMatchObject([
    {
      code: "keys-unowned",
      severity: "bad",
      verb: "fix",
      ranges: [
        [5, 5],
        [7, 7],
      ],
      details: { keys: 41, slots: 2 },
    },
  ]);
  const astray = check(pictureOf({ a: `${own.a} ${open(5, ">", id("8"))}` }));
  expect(astray).toMatchObject([
    { code: "slot-flag-astray", nodeIds: [A], verb: "fix", details: { named: ["88888888"] } },
  ]);
});
