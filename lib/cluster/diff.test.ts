import { describe, expect, test } from "vitest";
import { diffTopology } from "./diff";
import { A, B, D, F, HEALTHY, merge, silent, six, view } from "./sample-views";
import type { Topology } from "./topology";

const healthy = merge(six());
const texts = (before: Topology, after: Topology) =>
  diffTopology(before, after).map((one) => `${one.code}: ${one.text}`);
const lines = (from: string, to: string) => HEALTHY.map((text) => text.replace(from, to));
const withoutA = (said: readonly string[], previous: Topology) =>
  merge(
    six(said).filter((v) => v.from !== A),
    { previous, answers: new Map([[A, silent()]]) },
  );

test("nothing changed, nothing told", () => {
  expect(diffTopology(healthy, merge(six(), { previous: healthy, atMs: 2000 }))).toEqual([]);
});

test("a failover is told in order, and is no move of slots", () => {
  const gone = withoutA(HEALTHY, healthy);
  const pfail = withoutA(lines("a master", "a master,fail?"), gone);
  const fail = withoutA(lines("a master", "a master,fail"), pfail);
  const promoted = withoutA(
    ["a master,fail - 1", ...HEALTHY.slice(1, 3), "d master - 7 0-5460", ...HEALTHY.slice(4)],
    fail,
  );
  const home = merge(six(["a slave d 7", ...HEALTHY.slice(1, 3), "d master - 7 0-5460", ...HEALTHY.slice(4)]), {
    previous: promoted,
  });
  expect(texts(healthy, gone)).toEqual([
    "node-silent: 10.0.0.1:7000 stopped answering (no answer)",
    "state: the cluster is degraded, it was ok",
  ]);
  expect(texts(gone, pfail)[0]).toMatch(/^pfail: 10.0.0.2:7000, .* cannot reach 10.0.0.1:7000 \(pfail\)$/);
  expect(texts(pfail, fail)).toEqual(["fail: 10.0.0.1:7000 is marked as failed"]);
  expect(texts(fail, promoted)).toEqual([
    "promoted: 10.0.0.4:7000 became primary of shard 1 (epoch 7)",
    "state: the cluster is degraded, it was down",
  ]);
  expect(texts(promoted, home)).toEqual([
    "node-answers: 10.0.0.1:7000 answers again",
    "fail-cleared: 10.0.0.1:7000 is no longer marked as fail",
    "demoted: 10.0.0.1:7000 became replica of 10.0.0.4:7000",
    "state: the cluster is ok, it was degraded",
  ]);
});

describe("slots", () => {
  const open = HEALTHY.map((text) => (text.startsWith("a") ? `${text} [5->-${B}] [6->-${B}]` : text));
  const opened = merge(
    six().map((v) => (v.from === A ? view("a", open) : v)),
    { previous: healthy },
  );

  test("opened and closed, counted by pair", () => {
    expect(texts(healthy, opened)).toEqual(["slot-opened: 2 slots opened from 10.0.0.1:7000 to 10.0.0.2:7000"]);
    expect(texts(opened, healthy)).toEqual(["slot-closed: 2 slots closed"]);
  });

  test("moved to another shard, with the epoch it took", () => {
    const moved = HEALTHY.map((text) => text.replace("0-5460", "1-5460").replace("- 2 5461-10922", "- 7 0 5461-10922"));
    expect(texts(healthy, merge(six(moved), { previous: healthy }))).toEqual([
      "epoch: 10.0.0.2:7000 has config epoch 7",
      "slots-moved: slot 0 went from 10.0.0.1:7000 to 10.0.0.2:7000",
    ]);
  });
});

test("members come, leave and change parents; handshakes are not told", () => {
  const more = [...HEALTHY, "9 slave a 1"];
  const seven = merge([...six(more), view("9", more)], { previous: healthy });
  expect(texts(healthy, seven)).toEqual(["node-joined: 10.0.0.7:7000 joined as replica"]);
  expect(texts(seven, healthy)).toEqual(["node-left: 10.0.0.7:7000 is no member any more"]);
  expect(texts(healthy, merge(six([...HEALTHY, "9 handshake - 0"])))).toEqual([]);
  expect(texts(healthy, merge(six(lines("slave c", "slave b"))))).toEqual([
    "reparented: 10.0.0.6:7000 follows 10.0.0.2:7000 now",
  ]);
});

test("a view that parts from the others for longer than gossip takes is named", () => {
  const views = [...six().slice(0, 5), view("f", lines("d slave a", "d slave b"))];
  const first = merge(views, { previous: healthy });
  const later = merge(views, { previous: first, atMs: 3000 });
  expect(diffTopology(healthy, first)).toEqual([]);
  expect(diffTopology(first, later)).toMatchObject([{ code: "views-differ", nodeIds: [F] }, { code: "state" }]);
  expect(later.nodes.find((node) => node.id === F)?.view?.differs[0]).toMatchObject({ about: "role", nodeId: D });
});
