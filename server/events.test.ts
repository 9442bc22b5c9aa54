import { expect, test } from "vitest";
import { asClusterId } from "@/lib/cluster/node";
import { EventHub } from "./events";

const hub = () => new EventHub({ bootId: "b", now: () => 1 });
const beat = (id: string) => ({ type: "heartbeat", clusterId: asClusterId(id), nodes: [] }) as const;
const told = (h: EventHub, text: string) =>
  h.publish({
    type: "timeline",
    clusterId: asClusterId("a"),
    entry: { seq: 1, clusterId: asClusterId("a"), atMs: 1, code: "state", nodeIds: [], details: {}, text },
  });

test("a reader that comes back gets what it missed, in order", () => {
  const h = hub();
  told(h, "1");
  const { seq } = told(h, "2");
  told(h, "3");
  expect(h.since("b", seq)?.map((event) => event.seq)).toEqual([3]);
  expect(h.since("b", 0)).toHaveLength(3);
  expect(h.since("other", seq)).toBeUndefined();
  expect(h.since("b", 99)).toBeUndefined();
});

test("an hour of heartbeats keeps the latest of each cluster, and every other event", () => {
  const h = hub();
  told(h, "first");
  for (let second = 0; second < 3600; second++) for (const id of ["a", "b"]) h.publish(beat(id));
  told(h, "last");
  const kept = h.since("b", 0) ?? [];
  expect(kept.filter((event) => event.type === "timeline")).toHaveLength(2);
  expect(kept.filter((event) => event.type === "heartbeat")).toHaveLength(60);
  expect(kept.at(-1)?.seq).toBe(7202);
  expect(kept.map((event) => event.seq)).toEqual([...kept.map((event) => event.seq)].sort((a, b) => a - b));
});

test("whoever is too far behind reads its snapshots again", () => {
  const h = hub();
  for (let i = 0; i < 5000; i++) told(h, String(i));
  expect(h.since("b", 1)).toBeUndefined();
  expect(h.since("b", 4999)).toHaveLength(1);
  const edge = h.seq - (h.since("b", h.seq - 2000)?.length ?? 0);
  expect(edge).toBe(3000);
});
