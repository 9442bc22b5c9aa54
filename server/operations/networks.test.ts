import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { keySlot } from "@/lib/cluster/key-slot";
import type { ClusterId } from "@/lib/cluster/node";
import { type Connect, connectSchema } from "@/lib/wire/clusters";
import { AddressPolicy } from "@/server/clusters/addresses";
import { makeCertificates } from "@/server/testing/certificates";
import { startCluster, type TestCluster } from "@/server/testing/cluster";
import { forward } from "@/server/testing/forward";
import { startNode, type TestNode } from "@/server/testing/node";
import { makeEngine, type TestEngine, type TestEngineOptions, told } from "./console.fixture";

/** Clusters as they stand in the field: TLS, passwords, addresses that are not the console's own (FAULTS 67, 70). */

let folder = "";
let ca = "";
let cert = "";
let key = "";
const closers: (() => Promise<void> | void)[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "shardboard-networks-"));
  makeCertificates(folder);
  ca = readFileSync(join(folder, "ca.crt"), "utf8");
  cert = readFileSync(join(folder, "node.crt"), "utf8");
  key = readFileSync(join(folder, "node.key"), "utf8");
});
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const keep = <T extends { close(): Promise<void> }>(thing: T): T => {
  closers.push(() => thing.close());
  return thing;
};
const certificates = () => [
  `tls-cert-file ${folder}/node.crt`,
  `tls-key-file ${folder}/node.key`,
  `tls-ca-cert-file ${folder}/ca.crt`,
];

type Watched = { readonly engine: TestEngine; readonly id: ClusterId };

async function watch(port: number, input: Partial<Connect> = {}, options: TestEngineOptions = {}): Promise<Watched> {
  const engine = keep(makeEngine(options));
  const connect = connectSchema.parse({ name: "Lab", environment: "sandbox", ...input, seeds: [at(port)] });
  await engine.registry.verify(connect);
  const { id } = engine.registry.add(connect);
  engine.observer.watch(id);
  const whole = (t: { state: string; agreement: { answering: number; known: number; agree: number } }) =>
    t.state === "ok" && t.agreement.agree === t.agreement.known;
  await engine.observer.waitFor(id, whole, { deadlineMs: 15_000, what: "the cluster to be seen whole" });
  return { engine, id };
}
const at = (port: number) => ({ host: "127.0.0.1", port });

/** 60 keys in slots 0–19 of the first primary, 3 in each. */
async function fill(node: TestNode | undefined): Promise<void> {
  let found = 0;
  for (let i = 0; found < 20 && i < 200_000; i++) {
    const slot = keySlot(`t${i}`);
    if (slot >= 20) continue;
    found++;
    for (const n of [1, 2, 3]) await node?.call("SET", `{t${i}}:${n}`, `value ${n}`);
  }
}

async function moves({ engine, id }: Watched, cluster: TestCluster): Promise<void> {
  const [source, target] = cluster.primaries;
  await fill(source);
  const before = Number(await source?.call("DBSIZE"));
  expect(before).toBe(60);
  const wish = { verb: "reshard", target: target?.id, ranges: [[0, 19]] } as never;
  const done = await engine.run(await engine.plan(id, wish));
  expect(done.state, told(done)).toBe("succeeded");
  expect([await source?.call("DBSIZE"), await target?.call("DBSIZE")]).toEqual([0, 60]);
}

test("a cluster that speaks TLS only and asks for client certificates moves slots", async () => {
  const tls = { ca, cert, key };
  const config = ["tls-replication yes", "tls-cluster yes", "tls-auth-clients yes", ...certificates()];
  const cluster = keep(await startCluster({ basePort: 9200, primaries: 2, replicas: 0, config, tls }));
  await moves(await watch(9200, { tls: { ...tls, acceptAnyCertificate: false } }), cluster);
});

test("both ports open, tls-cluster yes, the console on the plain one: MIGRATE goes to the TLS port", async () => {
  const configOf = (port: number) => [
    `tls-port ${port + 20}`,
    `cluster-port ${port + 10_000}`,
    "tls-cluster yes",
    "tls-auth-clients no",
    ...certificates(),
  ];
  const cluster = keep(await startCluster({ basePort: 9204, primaries: 2, replicas: 0, configOf }));
  await moves(await watch(9204), cluster);
});

test("both ports open, tls-cluster no, the console on the TLS one: MIGRATE goes to the plain port", async () => {
  const configOf = (port: number) => [`tls-port ${port + 20}`, "tls-auth-clients no", ...certificates()];
  const cluster = keep(await startCluster({ basePort: 9208, primaries: 2, replicas: 0, configOf }));
  // Redis 7.0 then lists the plain ports whoever asks, so each is mapped to its TLS port.
  const addressMap = [9208, 9209].map((port) => ({ announced: at(port), dial: at(port + 20) }));
  await moves(await watch(9228, { addressMap, tls: { ca, acceptAnyCertificate: false } }), cluster);
});

const ADMIN = "user boss on >right ~* &* +@all";
const MASTERAUTH = "masterauth right";
/** What a move needs, and no more (SECURITY 31). */
const RIGHTS = [
  "+ping +info +role +dbsize +wait +type +auth +select +migrate +restore-asking +cluster",
  "+config|get +memory|usage +client|setname +client|list +function|list +function|dump +acl|whoami +acl|dryrun",
].join(" ");

test("an ACL user that may only move slots moves them; without a right on the target the plan refuses", async () => {
  const repl = "user repl on >right +psync +replconf +ping";
  const config = [ADMIN, `user ops on >right ~* &* ${RIGHTS}`, repl, "user default off", "masteruser repl", MASTERAUTH];
  const login = { user: "boss", password: "right" };
  const cluster = keep(await startCluster({ basePort: 9232, primaries: 2, replicas: 1, config, ...login }));
  const watched = await watch(9232, { user: "ops", password: "right" });
  await moves(watched, cluster);
  const [source, target] = cluster.primaries;
  await target?.call("ACL", "SETUSER", "ops", "-restore-asking");
  const wish = { verb: "reshard", target: target?.id, sources: [source?.id], slots: 2 } as never;
  const plan = await watched.engine.plan(watched.id, wish);
  expect(plan.preflight.find(({ code }) => code === "rights")).toMatchObject({ kind: "refuse", state: "fail" });
});

test("a newcomer joins a cluster with a password only if it could sign in there as a replica", async () => {
  const cluster = keep(await startCluster({ basePort: 9216, primaries: 2, replicas: 0, password: "right" }));
  const node = keep(await startNode({ port: 9218, password: "right" }));
  const watched = await watch(9216, { password: "right" });
  const { engine, id } = watched;
  const primaryId = cluster.primaries[0]?.id;
  const wish = { verb: "add-node", node: { endpoint: node.endpoint }, role: "replica", primaryId } as never;
  for (const [masterauth, says] of [
    ["", /masterauth is empty/],
    ["wrong", /members refuse what 127\.0\.0\.1:9218 gives/],
  ] as const) {
    await node.call("CONFIG", "SET", "masterauth", masterauth);
    const plan = await engine.plan(id, wish);
    expect(plan.preflight.find(({ code }) => code === "candidate-sync")).toMatchObject({
      kind: "refuse",
      state: "fail",
      text: expect.stringMatching(says),
    });
    await expect(engine.start(plan)).rejects.toMatchObject({ code: "refused" });
  }
  await node.call("CONFIG", "SET", "masterauth", "right");
  const joined = await engine.run(await engine.plan(id, wish));
  expect(joined.state, told(joined)).toBe("succeeded");
  expect(String(await node.call("INFO", "replication"))).toMatch(/master_link_status:up/);
  await moves(watched, cluster);
});

test("a target that asks for no password gets none, and no key", async () => {
  const cluster = keep(await startCluster({ basePort: 9220, primaries: 2, replicas: 0, password: "right" }));
  const [source, target] = cluster.primaries;
  const { engine, id } = await watch(9220, { password: "right" });
  await fill(source);
  await target?.call("CONFIG", "SET", "requirepass", "");
  const wish = { verb: "reshard", target: target?.id, ranges: [[0, 19]] } as never;
  const ended = await engine.run(await engine.plan(id, wish));
  expect(ended.state).not.toBe("succeeded");
  expect(told(ended)).toMatch(/127\.0\.0\.1:9221 refused the user name or password.*without any password configured/);
  expect([await source?.call("DBSIZE"), await target?.call("DBSIZE"), ended.openSlots]).toEqual([60, 0, []]);
});

test("nodes that are reached through NAT alone: all seen, slots move, a replica takes over", async () => {
  const ports = [0, 1, 2, 3].map((i) => 9240 + i);
  for (const port of ports) {
    keep(await forward({ host: "127.0.0.2", port: port + 20 }, at(port)));
    keep(await forward({ host: "127.0.0.2", port: port + 10_020 }, at(port + 10_000)));
  }
  const configOf = (port: number) => [
    "cluster-announce-ip 127.0.0.2",
    `cluster-announce-port ${port + 20}`,
    `cluster-announce-bus-port ${port + 10_020}`,
  ];
  const cluster = keep(await startCluster({ basePort: 9240, primaries: 3, replicas: 1, configOf }));
  const addressMap = ports.map((port) => ({ announced: { host: "127.0.0.2", port: port + 20 }, dial: at(port) }));
  // The console itself may not even try the announced addresses.
  const addresses = new AddressPolicy({ allowNets: "127.0.0.1/32" });
  const watched = await watch(9240, { addressMap }, { addresses });
  await moves(watched, cluster);
  const { engine, id } = watched;
  const replica = cluster.replicas[0];
  const wish = { verb: "failover", replicaId: replica?.id, mode: "default" } as never;
  const taken = await engine.run(await engine.plan(id, wish));
  expect(taken.state, told(taken)).toBe("succeeded");
  expect(String(await replica?.call("CLUSTER", "NODES"))).toMatch(/myself,master/);
});
