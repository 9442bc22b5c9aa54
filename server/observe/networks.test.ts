import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Topology } from "@/lib/cluster/topology";
import { AddressPolicy } from "@/server/clusters/addresses";
import { makeCertificates } from "@/server/testing/certificates";
import { startCluster } from "@/server/testing/cluster";
import { observe } from "@/server/testing/observed";
import { bulk, refusal, startScripted } from "@/server/testing/scripted";
import { startSlowLine } from "@/server/testing/slow-line";
import { until } from "@/server/testing/until";

const closers: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});
const keep = <T extends { close(): Promise<void> }>(thing: T): T => {
  closers.push(() => thing.close());
  return thing;
};

const A = "a".repeat(40);
const B = "b".repeat(40);
const INFO = (version: string) => `# Server\r\nredis_version:${version}\r\nrole:master\r\nmaster_replid:x\r\n`;
const CLUSTER_INFO = "cluster_state:ok\r\ncluster_known_nodes:2\r\ncluster_current_epoch:1\r\n";

describe("one machine's networks", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "shardboard-tls-"));
    makeCertificates(folder);
    closers.push(() => rmSync(folder, { recursive: true, force: true }));
  });

  test("a cluster that speaks TLS only is seen whole, verified by its CA", async () => {
    const tls = [
      "tls-replication yes",
      "tls-cluster yes",
      "tls-auth-clients no",
      `tls-cert-file ${folder}/node.crt`,
      `tls-key-file ${folder}/node.key`,
      `tls-ca-cert-file ${folder}/ca.crt`,
    ];
    const ca = readFileSync(join(folder, "ca.crt"), "utf8");
    const cluster = keep(await startCluster({ basePort: 7260, primaries: 3, replicas: 1, config: tls, tls: { ca } }));
    const good = keep(observe(cluster.nodes, { tls: { ca, acceptAnyCertificate: false } }));
    const t = await good.seen("the picture", 10_000, (t) => t.agreement.agree === 4 && t.state === "ok");
    expect(t.shards[0]?.replicaIds).toEqual([cluster.replicas[0]?.id]);
    const bad = keep(observe(cluster.nodes, { tls: { acceptAnyCertificate: false } }));
    await until("the finding", 5000, () => bad.observer.snapshot(bad.id).findings.length > 0);
    expect(bad.observer.snapshot(bad.id).topology).toBeUndefined();
  });
});

test("announced addresses that lead nowhere are dialled through the address map", async () => {
  const ports = [0, 1, 2].map((i) => 7264 + i);
  const nodes = keep(
    await startCluster({
      basePort: 7264,
      primaries: 3,
      replicas: 0,
      configOf: (port) => [`cluster-announce-port ${port + 20}`, `cluster-announce-bus-port ${port + 10_000}`],
    }),
  );
  const addressMap = ports.map((port) => ({
    announced: { host: "127.0.0.1", port: port + 20 },
    dial: { host: "127.0.0.1", port },
  }));
  const mapped = keep(observe(nodes.nodes, { addressMap }));
  const t = await mapped.seen("all to answer", 5000, (t) => t.agreement.agree === 3);
  expect(t.nodes.map((node) => [node.endpoint.port, node.dial.port]).sort()).toEqual(
    ports.map((port) => [port + 20, port]),
  );
  const plain = keep(observe(nodes.nodes));
  const lost = await plain.seen("two to be silent", 5000, (t) => t.nodes.length === 3 && t.agreement.answering === 1);
  expect(lost.signature).toBe(t.signature);
  expect(lost.state).toBe("degraded");
});

test("a line of 600 ms there and back is slow, not silent; a cut one comes back at once", async () => {
  const cluster = keep(await startCluster({ basePort: 7290, primaries: 3, replicas: 0 }));
  const lines = await Promise.all(
    cluster.nodes.map(async (node) =>
      keep(await startSlowLine({ port: node.port + 20, target: node.port, delayMs: 300 })),
    ),
  );
  const addressMap = cluster.nodes.map(({ endpoint }) => ({
    announced: endpoint,
    dial: { host: "127.0.0.1", port: endpoint.port + 20 },
  }));
  const observed = keep(observe(cluster.nodes, { addressMap }));
  await observed.seen("all to answer", 25_000, (t) => t.agreement.agree === 3);
  const silences = () => observed.events.filter((e) => e.type === "timeline" && e.entry.code === "node-silent").length;
  const beats = () => observed.events.filter((e) => e.type === "heartbeat").length;
  const from = beats();
  await until("four beats", 10_000, () => beats() >= from + 4);
  expect(silences()).toBe(0);
  for (const line of lines) {
    line.delayMs = 0;
    line.cut();
  }
  const sweep = await observed.observer.sweep(observed.id);
  expect(sweep.agreement.answering).toBe(3);
});

const hasIpv6 = Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === "::1"));
test.skipIf(!hasIpv6)("a cluster on ::1, whose addresses have no brackets", async () => {
  const cluster = keep(await startCluster({ basePort: 7270, primaries: 3, replicas: 0, host: "::1" }));
  const observed = keep(observe(cluster.nodes));
  const t = await observed.seen("all to agree", 5000, (t) => t.agreement.agree === 3 && t.state === "ok");
  expect(t.nodes.every((node) => node.endpoint.host === "::1")).toBe(true);
});

describe("scripted nodes", () => {
  test("Redis 5, whose INFO takes one section and whose AUTH takes no user", async () => {
    const node = keep(
      await startScripted({ port: 7274 }, ([name, ...rest]) => {
        if (name === "INFO") return rest.length > 1 ? refusal("ERR syntax error") : bulk(INFO("5.0.14"));
        if (name === "CLUSTER" && rest[0] === "MYID") return bulk(A);
        if (name === "CLUSTER" && rest[0] === "INFO") return bulk(CLUSTER_INFO);
        if (name === "CLUSTER" && rest[0] === "NODES")
          return bulk(`${A} 127.0.0.1:7274@17274 myself,master - 0 0 1 connected 0-16383\n`);
        if (name === "CONFIG") return refusal("NOPERM this user has no permissions");
        return name === "PING" ? "+PONG\r\n" : refusal(`ERR unknown command '${name}'`);
      }),
    );
    const observed = keep(observe([{ endpoint: { host: "127.0.0.1", port: 7274 } }]));
    const t = await observed.seen("the picture", 3000, (t) => t.state === "ok");
    expect(t.nodes[0]?.stats).toMatchObject({ engine: "redis", version: "5.0.14" });
    await until("two more beats", 5000, () => observed.events.filter((e) => e.type === "heartbeat").length >= 2);
    expect(node.heard.filter(([name, ...rest]) => name === "INFO" && rest.length > 1)).toHaveLength(1);
    expect(observed.observer.snapshot(observed.id).topology?.nodeTimeoutMs).toBe(15_000);
  });

  test("a hostile cluster cannot make the console knock at doors outside the policy, nor hand it a password", async () => {
    const sniffer = keep(await startScripted({ host: "127.0.0.2", port: 7275 }, () => "+OK\r\n"));
    keep(
      await startScripted({ port: 7276 }, ([name, ...rest]) => {
        if (name === "INFO") return bulk(INFO("7.0.15"));
        if (rest[0] === "MYID") return bulk(A);
        if (rest[0] === "INFO") return bulk(CLUSTER_INFO);
        if (rest[0] === "NODES")
          return bulk(
            [
              `${A} 127.0.0.1:7276@17276 myself,master - 0 0 1 connected 0-8191`,
              `${B} 127.0.0.2:7275@17275 master - 0 0 2 connected 8192-16383`,
              `${"c".repeat(40)} 169.254.169.254:80@10080 slave ${A} 0 0 1 connected`,
              `${"d".repeat(40)} 127.0.0.1:3999@13999 slave ${A} 0 0 1 connected`,
            ].join("\n"),
          );
        return "+OK\r\n";
      }),
    );
    const addresses = new AddressPolicy({ allowNets: "127.0.0.1/32" });
    addresses.block({ host: "127.0.0.1", port: 3999 });
    const observed = keep(
      observe([{ endpoint: { host: "127.0.0.1", port: 7276 } }], { password: "canary" }, addresses),
    );
    const refused = (t: Topology) =>
      t.nodes.filter((node) => node.answer.kind === "silent" && node.answer.code === "address_not_allowed").length;
    const t = await observed.seen("three to be refused", 4000, (t) => refused(t) === 3);
    await until("three beats", 5000, () => observed.events.filter((e) => e.type === "heartbeat").length >= 3);
    expect(sniffer.connections()).toBe(0);
    expect(t.state).toBe("degraded");
  });

  test("replies without end, and lists of too many nodes, harm nobody", async () => {
    // 8.4 MB: the last chunk ends the reply and passes the limit at once.
    const line = (i: number) => `${i.toString(16).padStart(40, "0")} 127.0.0.1:1@10001 master - 0 0 1 connected`;
    const many = Array.from({ length: 100_000 }, (_, i) => line(i + 1)).join("\n");
    const script =
      (nodes: string) =>
      ([name, ...rest]: readonly string[]) => {
        if (name === "INFO") return bulk(INFO("7.0.15"));
        if (rest[0] === "MYID") return bulk(A);
        if (rest[0] === "INFO") return bulk(CLUSTER_INFO);
        if (rest[0] === "NODES") return nodes;
        return "+OK\r\n";
      };
    keep(await startScripted({ port: 7277 }, script(`$536870912\r\n${"x".repeat(1_000_000)}`)));
    keep(
      await startScripted(
        { port: 7278 },
        script(bulk(`${A} 127.0.0.1:7278@17278 myself,master - 0 0 1 connected\n${many}`)),
      ),
    );
    const few = Array.from({ length: 2000 }, (_, i) => line(i + 1)).join("\n");
    keep(
      await startScripted(
        { port: 7279 },
        script(bulk(`${A} 127.0.0.1:7279@17279 myself,master - 0 0 1 connected\n${few}`)),
      ),
    );
    const rss = process.memoryUsage().rss;
    const watched = [7277, 7278, 7279].map((port) => keep(observe([{ endpoint: { host: "127.0.0.1", port } }])));
    const reasons = () => watched.map((one) => String(one.observer.snapshot(one.id).findings[0]?.details.reason));
    await until("all to be refused", 8000, () => !reasons().includes("undefined"));
    expect(reasons()).toEqual([
      expect.stringMatching(/gave no answer|larger than 8 MiB/),
      expect.stringMatching(/larger than 8 MiB/),
      expect.stringMatching(/lists 2001 nodes/),
    ]);
    expect(process.memoryUsage().rss - rss).toBeLessThan(300 * 1024 * 1024);
  });
});
