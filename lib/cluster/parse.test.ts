import { describe, expect, test } from "vitest";
import { type LineCache, parseAddress, parseClusterInfo, parseClusterNodes, parseInfo, withoutTimes } from "./parse";
import { readStats } from "./stats";

const A = "a".repeat(40);
const B = "07c37dfeb235213a872192d90877d0cd55635b91";

describe("addresses", () => {
  test.each([
    ["127.0.0.1:30004@31004", "127.0.0.1", 30004, 31004, undefined],
    ["127.0.0.1:30004", "127.0.0.1", 30004, 40004, undefined],
    ["127.0.0.1:6379@16379,redis-0.example.com", "127.0.0.1", 6379, 16379, "redis-0.example.com"],
    ["127.0.0.1:6379@16379,,shard-id=69bc080733d1355567173199cff4a6a039a2f024", "127.0.0.1", 6379, 16379, undefined],
    ["10.0.0.1:6379@16379,node-1,tls-port=0,shard-id=69bc,later=x", "10.0.0.1", 6379, 16379, "node-1"],
    [":0@0", "", 0, 0, undefined],
    [":7000@17000", "", 7000, 17000, undefined],
    [":0", "", 0, 10000, undefined],
    ["::1:7000@17000", "::1", 7000, 17000, undefined],
    ["2001:db8::5:7001@17001,h", "2001:db8::5", 7001, 17001, "h"],
    ["[::1]:7000@17000", "::1", 7000, 17000, undefined],
    ["valkey-0.valkey:6379@16379", "valkey-0.valkey", 6379, 16379, undefined],
    ["?:15402@25402", "", 15402, 25402, undefined],
  ])("%s", (text, host, port, busPort, hostname) => {
    expect(parseAddress(text)).toEqual({ endpoint: { host, port }, busPort, ...(hostname ? { hostname } : {}) });
  });
});

describe("CLUSTER NODES", () => {
  test("a primary's own line of 7.0 with open slots", () => {
    const [node] = parseClusterNodes(
      `${A} 127.0.0.1:30001@31001 myself,master - 0 1426238316232 7 connected 0-5460 [5461->-${B}] [77-<-${B}] 16383\n`,
    );
    expect(node).toEqual({
      id: A,
      endpoint: { host: "127.0.0.1", port: 30001 },
      busPort: 31001,
      isMyself: true,
      role: "primary",
      health: "ok",
      handshake: false,
      noAddress: false,
      noFailover: false,
      pingSentMs: 0,
      pongReceivedMs: 1426238316232,
      configEpoch: 7,
      linkUp: true,
      ranges: [
        [0, 5460],
        [16383, 16383],
      ],
      migrating: [{ slot: 5461, to: B }],
      importing: [{ slot: 77, from: B }],
    });
  });

  test.each([
    [`${B} 127.0.0.1:30004@31004 slave ${A} 0 1426238317239 4 connected`, { role: "replica", primaryId: A }],
    [`${B} 127.0.0.1:30004@31004 myself,slave,nofailover ${A} 0 0 4 connected`, { noFailover: true, isMyself: true }],
    [`${B} 127.0.0.1:30004@31004 master,fail? - 1 2 4 disconnected 1-2`, { health: "pfail", linkUp: false }],
    [`${B} 127.0.0.1:30004@31004 master,fail - 1 2 4 disconnected`, { health: "fail", ranges: [] }],
    [`${B} :0@0 master,noaddr - 1 2 4 disconnected 5461-10922`, { noAddress: true, ranges: [[5461, 10922]] }],
    [`${B} :0@0 master,fail,noaddr - 1 2 4 disconnected`, { noAddress: true, health: "fail" }],
    [`${B} 127.0.0.1:7009@17009 handshake - 1426 0 0 disconnected`, { handshake: true, role: "primary" }],
    [`${B} 127.0.0.1:7009@17009 noflags - 0 0 0 connected`, { role: "primary", handshake: false, health: "ok" }],
    [`${B} 127.0.0.1:7009 slave - 0 0 0 connected`, { role: "replica", busPort: 17009 }],
    [`${B} 127.0.0.1:7009@17009 master,zonal - 0 0 9 connected 5 new=field {x} 6`, { ranges: [[5, 6]] }],
  ])("%s", (line, expected) => {
    expect(parseClusterNodes(line)[0]).toMatchObject(expected);
  });

  test("slots that are none, and lines that name no node, are passed over", () => {
    const text = `vars currentEpoch 6 lastVoteEpoch 0\n\n${A} 127.0.0.1:1@2 master - 0 0 1 connected 16384 9-3 99999-100000 [16384->-${B}] 4\n`;
    expect(parseClusterNodes(text)).toMatchObject([{ id: A, ranges: [[4, 4]], migrating: [] }]);
    expect(parseClusterNodes("not a cluster")).toEqual([]);
  });

  test("with a cache, lines that differ only in ping and pong share one object", () => {
    const cache: LineCache = new Map();
    const [first] = parseClusterNodes(`${A} 127.0.0.1:1@2 master - 0 100 1 connected 0-9\r\n`, cache);
    const [again] = parseClusterNodes(`${A} 127.0.0.1:1@2 master - 5 200 1 connected 0-9\r\n`, cache);
    const [moved] = parseClusterNodes(`${A} 127.0.0.1:1@2 master - 5 200 1 connected 0-8\r\n`, cache);
    expect(again).toBe(first);
    expect(moved).not.toBe(first);
    expect(withoutTimes("a b c d 5 6 7 8")).toBe("a b c d 7 8");
    expect(withoutTimes("a b c")).toBe("a b c");
  });
});

test("CLUSTER INFO", () => {
  const text =
    "cluster_state:ok\r\ncluster_slots_assigned:16384\r\ncluster_slots_ok:16384\r\ncluster_slots_pfail:0\r\ncluster_slots_fail:0\r\ncluster_known_nodes:6\r\ncluster_size:3\r\ncluster_current_epoch:6\r\ncluster_my_epoch:2\r\ncluster_stats_messages_sent:1483972\r\n";
  expect(parseClusterInfo(text)).toEqual({
    state: "ok",
    slotsAssigned: 16384,
    slotsOk: 16384,
    slotsPfail: 0,
    slotsFail: 0,
    knownNodes: 6,
    size: 3,
    currentEpoch: 6,
    myEpoch: 2,
  });
  expect(parseClusterInfo("")).toMatchObject({ state: "fail", knownNodes: 0 });
});

describe("INFO", () => {
  test("a replica of Valkey 8", () => {
    const info = parseInfo(
      "# Server\r\nredis_version:7.2.4\r\nserver_name:valkey\r\nvalkey_version:8.0.1\r\nrun_id:abc\r\n# Replication\r\nrole:slave\r\nmaster_link_status:up\r\nslave_repl_offset:42\r\nmaster_repl_offset:40\r\nmaster_sync_in_progress:0\r\nmaster_replid:ff\r\n# Keyspace\r\ndb0:keys=3,expires=0,avg_ttl=0\r\ndb9:keys=4,expires=1,avg_ttl=9\r\n",
    );
    expect(readStats(info, 5)).toMatchObject({
      atMs: 5,
      engine: "valkey",
      version: "8.0.1",
      keys: 7,
      replOffset: 42,
      replLinkUp: true,
      replSyncing: false,
    });
  });

  test("a primary of Redis 5, and hostile names", () => {
    const info = parseInfo(
      "redis_version:5.0.14\nrole:master\nmaster_repl_offset:9\n__proto__:x\nmaxmemory:100\nx:a:b\n",
    );
    expect(readStats(info, 0)).toMatchObject({ engine: "redis", version: "5.0.14", replOffset: 9, maxBytes: 100 });
    expect(readStats(info, 0)).not.toHaveProperty("replLinkUp");
    expect(info.x).toBe("a:b");
    expect(Object.getPrototypeOf(info)).toBe(Object.prototype);
  });
});
