import { describe, expect, test } from "vitest";
import { A, B, C, D, E, F, HEALTHY, id, merge, nodeOf, silent, six, view } from "./sample-views";
import { shardIndexOf } from "./shards";
import { countSlots } from "./slots";

const healthy = merge(six());

describe("a healthy 3+3", () => {
  test("shards by lowest slot, everybody agrees", () => {
    expect(healthy.state).toBe("ok");
    expect(healthy.shards).toEqual([
      { index: 1, primaryId: A, replicaIds: [D], ranges: [[0, 5460]], slots: 5461 },
      { index: 2, primaryId: B, replicaIds: [E], ranges: [[5461, 10922]], slots: 5462 },
      { index: 3, primaryId: C, replicaIds: [F], ranges: [[10923, 16383]], slots: 5461 },
    ]);
    expect(healthy.agreement).toEqual({ agree: 6, answering: 6, known: 6 });
    expect([healthy.uncovered, healthy.unserved, healthy.openSlots]).toEqual([[], [], []]);
  });

  test("the signature knows roles, owners and epochs, but no address, health or order", () => {
    const moved = six().map((v) => ({ ...v, nodes: v.nodes.map((n) => ({ ...n, endpoint: { host: "x", port: 9 } })) }));
    expect(merge(moved.reverse()).signature).toBe(healthy.signature);
    expect(merge(six(HEALTHY.map((text) => text.replace("- 2", "- 9")))).signature).not.toBe(healthy.signature);
    expect(
      merge(six(HEALTHY.map((text) => text.replace("0-5460", "0-5459").replace(" 5461-", " 5460-")))).signature,
    ).not.toBe(healthy.signature);
    expect(merge(six(HEALTHY.map((text) => text.replace("slave c", "slave b")))).signature).not.toBe(healthy.signature);
  });
});

describe("a primary dies", () => {
  const without = (from: readonly string[], lines: readonly string[], state = "ok") =>
    from.map((f) => view(f, lines, state));
  const rest = ["b", "c", "d", "e", "f"];
  const said = (flags: string) => HEALTHY.map((text) => text.replace("a master", `a ${flags}`));

  test("silent to the console alone: degraded, not down", () => {
    const t = merge(without(rest, HEALTHY), { previous: healthy, answers: new Map([[A, silent()]]) });
    expect(t.state).toBe("degraded");
    expect(t.unserved).toEqual([[0, 5460]]);
    expect(nodeOf(t, A)).toMatchObject({
      health: "ok",
      answer: { kind: "silent" },
      role: "primary",
      ranges: [[0, 5460]],
    });
    expect(t.agreement).toEqual({ agree: 5, answering: 5, known: 6 });
  });

  test("pfail by some names the reporters; by most it is down", () => {
    const mixed = [view("b", said("master,fail?")), ...without(["c", "d", "e", "f"], HEALTHY)];
    const t = merge(mixed, { previous: healthy, answers: new Map([[A, silent()]]) });
    expect(nodeOf(t, A)).toMatchObject({ health: "pfail", reporters: [B] });
    expect(merge(without(rest, said("master,fail?")), { answers: new Map([[A, silent()]]) }).state).toBe("down");
  });

  const promoted = ["a master,fail - 1", ...HEALTHY.slice(1, 3), "d master - 7 0-5460", ...HEALTHY.slice(4)];
  const failed = merge(without(rest, said("master,fail"), "fail"), {
    previous: healthy,
    answers: new Map([[A, silent()]]),
  });
  const after = merge(without(rest, promoted), { previous: failed, answers: new Map([[A, silent()]]) });

  test("the promoted replica carries the shard's number, the dead primary stays with it", () => {
    expect(failed.shards[0]).toMatchObject({ index: 1, primaryId: A, replicaIds: [D] });
    expect(after.shards.map((shard) => shard.index)).toEqual([1, 2, 3]);
    expect(after.shards[0]).toMatchObject({ index: 1, primaryId: D, replicaIds: [], formerIds: [A], slots: 5461 });
    expect(after.state).toBe("degraded");
  });

  test("coming back with old beliefs it owns nothing, and takes no new number", () => {
    const back = [
      ...without(
        rest,
        promoted.map((text) => text.replace("master,fail", "master")),
      ),
      view("a", HEALTHY),
    ];
    const t = merge(back, { previous: after });
    expect(t.shards.map((shard) => [shard.index, shard.primaryId])).toEqual([
      [1, D],
      [2, B],
      [3, C],
    ]);
    expect(t.shards[0]?.formerIds).toEqual([A]);
    const differs = nodeOf(t, A)?.view?.differs ?? [];
    expect(differs).toContainEqual({
      about: "owner",
      nodeId: D,
      ranges: [[0, 5460]],
      believes: "10.0.0.1:7000",
      sinceMs: 1000,
    });
    expect(t.agreement).toMatchObject({ agree: 5, answering: 6 });
  });

  test("as a replica it is at home again, and the number survives a console that saw nothing of it", () => {
    const home = ["a slave d 7", ...promoted.slice(1)];
    const t = merge(six(home), { shardIndex: shardIndexOf(healthy.shards) });
    expect(t.shards[0]).toEqual({ index: 1, primaryId: D, replicaIds: [A], ranges: [[0, 5460]], slots: 5461 });
    expect(t.state).toBe("ok");
  });
});

describe("membership", () => {
  const NEW = "9 master - 0";
  const G = id("9");

  test("an empty newcomer gets the next number, a drained shard keeps its own", () => {
    const drained = HEALTHY.map((text) => text.replace("- 2 5461-10922", "- 2").replace("- 1 0-5460", "- 7 0-10922"));
    const t = merge([...six([...drained, NEW]), view("9", [...drained, NEW])], { previous: healthy });
    expect(t.shards.map((shard) => [shard.index, shard.primaryId, shard.slots])).toEqual([
      [1, A, 10923],
      [2, B, 0],
      [3, C, 5461],
      [4, G, 0],
    ]);
  });

  test("a node that nobody lists any more is gone, though it lists the others", () => {
    const t = merge([view("9", [...HEALTHY, NEW]), ...six()], { previous: merge([...six([...HEALTHY, NEW])]) });
    expect(nodeOf(t, G)).toBeUndefined();
    expect(t.state).toBe("ok");
  });

  test("a node that was reset, and is still listed by all, does not become the whole picture", () => {
    const ghost = "9 master - 0";
    const t = merge([...six([...HEALTHY, ghost]), view("9", [ghost])], { previous: healthy });
    expect(t.nodes.map((node) => node.id)).toEqual([A, B, C, D, E, F, id("9")]);
    expect(t.agreement).toMatchObject({ answering: 7, known: 7 });
    expect(countSlots(t.shards.flatMap((shard) => shard.ranges))).toBe(16_384);
    const without = HEALTHY.filter((text) => !text.startsWith("f"));
    const reset = [...["a", "b", "c", "d", "e"].map((from) => view(from)), view("f", ["f master - 0"])];
    expect(merge(reset).nodes.map((node) => node.id)).toEqual([A, B, C, D, E, F]);
    expect(merge([...six(without).slice(0, 5), view("f")]).nodes.map((node) => node.id)).toEqual([A, B, C, D, E]);
  });

  test("one that some still list is shown, and the views differ by name", () => {
    const t = merge([...six().slice(1), view("a", [...HEALTHY, NEW])], { answers: new Map([[G, silent()]]) });
    expect(nodeOf(t, G)?.answer.kind).toBe("silent");
    expect(nodeOf(t, B)?.view?.differs).toMatchObject([{ about: "unknown-node", nodeId: G, believes: "not listed" }]);
  });

  test("a handshake is shown but is no member of a shard", () => {
    const t = merge([...six().slice(1), view("a", [...HEALTHY, "9 handshake - 0"])]);
    expect(nodeOf(t, G)).toMatchObject({ handshake: true });
    expect(t.shards).toHaveLength(3);
    expect(t.agreement).toEqual({ agree: 6, answering: 6, known: 6 });
    expect(t.state).toBe("ok");
  });

  test("a lost address is no health (nodes.conf gone): slots are unserved though every node says ok", () => {
    const t = merge(
      six(HEALTHY.map((text) => text.replace("b master", "b master,noaddr"))).filter((v) => v.from !== B),
      {
        previous: healthy,
        answers: new Map([[B, silent()]]),
      },
    );
    expect(t.state).toBe("down");
    expect(nodeOf(t, B)).toMatchObject({ noAddress: true, endpoint: { host: "10.0.0.2", port: 7000 } });
    expect(t.unserved).toEqual([[5461, 10922]]);
  });
});

describe("open slots", () => {
  const open = (who: string, flag: string) =>
    six().map((v) =>
      v.from === id(who)
        ? view(
            who,
            HEALTHY.map((text) => (text[0] === who ? `${text} ${flag}` : text)),
          )
        : v,
    );

  test("both halves become one, one-sided flags stay one-sided", () => {
    const both = [
      ...open("a", `[5->-${B}]`).filter((v) => v.from !== B),
      view(
        "b",
        HEALTHY.map((t) => (t[0] === "b" ? `${t} [5-<-${A}]` : t)),
      ),
    ];
    expect(merge(both).openSlots).toEqual([{ slot: 5, source: A, target: B, migratingOn: [A], importingOn: [B] }]);
    expect(merge(open("b", `[5-<-${A}]`)).openSlots).toEqual([
      { slot: 5, source: A, target: B, migratingOn: [], importingOn: [B] },
    ]);
  });

  test("a stale flag on a replica is seen, and names the shard's side", () => {
    expect(merge(open("e", `[5-<-${A}]`)).openSlots).toEqual([
      { slot: 5, source: A, target: B, migratingOn: [], importingOn: [E] },
    ]);
  });

  test("what a node showed before it fell silent stays", () => {
    const before = merge(open("a", `[5->-${B}]`));
    const t = merge(six().slice(1), { previous: before, answers: new Map([[A, silent()]]) });
    expect(t.openSlots).toEqual([{ slot: 5, source: A, target: B, migratingOn: [A], importingOn: [] }]);
    expect(merge(six(), { previous: before }).openSlots).toEqual([]);
  });
});

describe("disagreement", () => {
  test("two answering owners: the higher epoch has it, shards stay disjoint, the views are named", () => {
    const t = merge(six(HEALTHY.map((text) => text.replace("- 1 0-5460", "- 9 0-6000"))));
    expect(t.shards.map((shard) => shard.slots)).toEqual([6001, 4922, 5461]);
    expect(countSlots(nodeOf(t, B)?.ranges ?? [])).toBe(5462);
  });

  test("how long a view has differed is kept", () => {
    const odd = [
      ...six().slice(0, 5),
      view(
        "f",
        HEALTHY.map((text) => text.replace("10923-", "10924-")),
      ),
    ];
    const first = merge(odd);
    const later = merge(
      odd.map((v) => ({ ...v, atMs: 5000 })),
      { previous: first, atMs: 5000 },
    );
    expect(nodeOf(later, F)?.view?.differs).toEqual([
      { about: "owner", nodeId: C, ranges: [[10923, 10923]], believes: "nobody", sinceMs: 1000 },
    ]);
  });

  test("uncovered slots are down", () => {
    const t = merge(six(HEALTHY.map((text) => text.replace("0-5460", "0-5459"))));
    expect([t.state, t.uncovered]).toEqual(["down", [[5460, 5460]]]);
  });
});

test("when nobody answers the last picture stays, as unknown", () => {
  const answers = new Map([A, B, C, D, E, F].map((node) => [node, silent()]));
  const t = merge([], { previous: healthy, answers });
  expect(t).toMatchObject({ state: "unknown", agreement: { answering: 0, known: 6 }, unserved: [[0, 16383]] });
  expect(t.nodes.every((node) => node.answer.kind === "silent")).toBe(true);
  expect(merge([]).state).toBe("unknown");
});
