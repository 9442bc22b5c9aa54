import fc from "fast-check";
import { expect, test } from "vitest";
import { check } from "./check";
import { findingSchema } from "./finding";
import { mergeViews } from "./merge";
import { asClusterId, asNodeId, type NodeId, nodeStatsSchema, type View, viewSchema } from "./node";
import { parseClusterInfo, parseClusterNodes, parseInfo } from "./parse";
import { readStats } from "./stats";
import { topologySchema } from "./topology";

const ids = ["a", "b", "c", "d"].map((letter) => letter.repeat(40));
const id = fc.constantFrom(...ids);
const junk = fc.oneof(
  fc.string({ maxLength: 20 }),
  fc.constantFrom("", "-", "NaN", "1e999", "-5", "99999", "<script>", "x".repeat(300)),
);
const address = fc.oneof(
  junk,
  fc
    .tuple(fc.oneof(junk, fc.constantFrom("127.0.0.1", "::1", "")), junk, junk, junk)
    .map(([h, p, b, n]) => `${h}:${p}@${b},${n}`),
);
const flags = fc
  .subarray(["myself", "master", "slave", "fail?", "fail", "handshake", "noaddr", "nofailover", "new"])
  .map((f) => f.join());
const slot = fc.oneof(
  junk,
  fc.tuple(fc.nat(17000), fc.nat(17000)).map(([a, b]) => `${a}-${b}`),
  fc.tuple(fc.nat(17000), fc.constantFrom("<", ">"), id).map(([s, way, other]) => `[${s}-${way}-${other}]`),
);
const line = fc
  .tuple(
    id,
    address,
    flags,
    fc.oneof(id, junk),
    junk,
    junk,
    fc.oneof(fc.nat(9).map(String), junk),
    fc.constantFrom("connected", "disconnected"),
    fc.array(slot, { maxLength: 6 }),
  )
  .map((parts) => parts.flat().join(" "));
const text = fc.array(line, { maxLength: 6 }).map((lines) => lines.join("\n"));
const info = fc.dictionary(
  fc.constantFrom(
    "redis_version",
    "valkey_version",
    "role",
    "master_replid",
    "maxmemory",
    "used_memory",
    "db0",
    "uptime_in_seconds",
    "cluster_state",
    "cluster_current_epoch",
    "master_repl_offset",
  ),
  fc.oneof(junk, fc.constantFrom("slave", "master", "keys=1e5", "ok")),
);

test("whatever servers say, pictures and findings are of the shapes that the wire promises", {
  timeout: 30_000,
}, () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(id, text, info), { maxLength: 4 }), fc.array(id), (said, silent) => {
      const heard = new Map(said.map(([from, nodes, about]) => [from, { nodes, about }]));
      const views: View[] = [...heard].map(([from, { nodes, about }]) => ({
        from: asNodeId(from),
        atMs: 1,
        nodes: parseClusterNodes(nodes),
        info: parseClusterInfo(
          Object.entries(about)
            .map((pair) => pair.join(":"))
            .join("\r\n"),
        ),
      }));
      for (const view of views) viewSchema.parse(view);
      const stats = new Map([...heard].map(([from, { about }]) => [asNodeId(from), readStats(about, 1)]));
      for (const one of stats.values()) nodeStatsSchema.parse(one);
      const merge = (previous: Parameters<typeof mergeViews>[0]["previous"]) =>
        mergeViews({
          clusterId: asClusterId("t"),
          views,
          answers: new Map(
            views
              .filter((view) => !silent.includes(view.from))
              .map((view) => [view.from, { kind: "answered", atMs: 1, rttMs: 1 } as const]),
          ),
          stats,
          previous,
          shardIndex: new Map<NodeId, number>(),
          labels: {},
          dialOf: (announced) => announced,
          atMs: 1,
          nodeTimeoutMs: 2000,
        });
      const first = merge(undefined);
      for (const topology of [first, merge(first)]) {
        topologySchema.parse(topology);
        for (const finding of check(topology)) findingSchema.parse(finding);
      }
    }),
    { numRuns: 150 },
  );
});

test("INFO cannot smuggle markup or length through a version", () => {
  const stats = readStats(parseInfo(`redis_version:<img src=x onerror=1>${"9".repeat(1000)}`), 1);
  expect(stats.version).toMatch(/^[\w.+-]{0,64}$/);
});
