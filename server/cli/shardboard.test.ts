import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseClusterNodes } from "@/lib/cluster/parse";
import { countSlots, eachSlot, hasSlot } from "@/lib/cluster/slots";
import { fill, makeEntries } from "@/server/migrate/testing/data";
import { makeCertificates } from "@/server/testing/certificates";
import { startNode, type TestNode } from "@/server/testing/node";
import { bundledShardboard, type Ended, type Shardboard, untilSaid } from "@/server/testing/shardboard";
import { until } from "@/server/testing/until";

/** The command line as a script runs it, on real servers: what it says, what it changes, and its exit code. */

const BASE = 8210;
const ENTRY = `127.0.0.1:${BASE}`;
const SECRET = "canary-secret-91f3";
let cli: Shardboard;
let nodes: readonly TestNode[];
let locked: readonly TestNode[];
const at = (i: number): TestNode => nodes[i] as TestNode;
const cluster = (...args: readonly string[]): Promise<Ended> => cli.run(["cluster", ...args]);
const told = ({ out, err }: Ended): string => `${out}\n${err}`;

async function view(node: TestNode = at(0)) {
  return parseClusterNodes(String(await node.call("CLUSTER", "NODES")));
}
async function slotsOf(node: TestNode): Promise<number> {
  return countSlots((await view(node)).find((one) => one.isMyself)?.ranges ?? []);
}
async function openSlots(): Promise<number> {
  const own = await Promise.all(nodes.slice(0, 6).map(async (node) => (await view(node)).find((one) => one.isMyself)));
  return own.reduce((sum, one) => sum + (one?.migrating.length ?? 0) + (one?.importing.length ?? 0), 0);
}

beforeAll(async () => {
  const starting = (count: number, from: number, password?: string) =>
    Promise.all(Array.from({ length: count }, (_, i) => startNode({ port: from + i, password })));
  [cli, nodes, locked] = await Promise.all([bundledShardboard(), starting(7, BASE), starting(3, BASE + 8, SECRET)]);
});
afterAll(async () => {
  await Promise.all([...nodes, ...locked].map((node) => node.close()));
  cli.close();
});

test("two clusters are made at once, one of them with a password that stays nowhere", async () => {
  const addresses = (some: readonly TestNode[]) => some.map((node) => `127.0.0.1:${node.port}`);
  const six = ["--cluster", "create", ...addresses(nodes.slice(0, 6)), "--cluster-replicas", "1"];
  const three = ["--cluster", "create", ...addresses(locked), "--cluster-yes"];
  const [made, secret] = await Promise.all([
    cli.run(six, { input: "yes\n" }),
    cli.run(three, { env: { REDISCLI_AUTH: SECRET } }),
  ]);
  expect(made.code, told(made)).toBe(0);
  expect(made.out).toContain("[OK] All 16384 slots covered.");
  expect((await view()).filter((node) => node.role === "replica")).toHaveLength(3);
  expect(secret.code, told(secret)).toBe(0);
  const files = readdirSync(cli.data, { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
  const texts = files.map((file) => readFileSync(join(file.parentPath, file.name), "latin1"));
  expect([...texts, told(secret)].filter((text) => text.includes(SECRET))).toEqual([]);
  for (const file of files) expect(statSync(join(file.parentPath, file.name)).mode & 0o077).toBe(0);
}, 120_000);

test("a password on the command line is warned of; a wrong one, or none, is refused", async () => {
  const info = ["info", `127.0.0.1:${BASE + 8}`];
  const right = await cluster(...info, "-a", SECRET);
  expect([right.code, right.err]).toEqual([0, expect.stringMatching(/Warning: .*'-a'.*may not be safe/)]);
  expect((await cluster(...info, "-a", SECRET, "--no-auth-warning")).err).toBe("");
  const wrong = await cluster(...info, "-a", "wrong");
  expect([wrong.code, wrong.err]).toEqual([1, expect.stringMatching(/refused the user name or password/)]);
  expect((await cluster(...info)).code).toBe(1);
});

test("TLS is spoken with redis-cli's flags, and a certificate that nobody vouches for is refused", async () => {
  const folder = mkdtempSync(join(tmpdir(), "shardboard-cli-tls-"));
  makeCertificates(folder);
  const pem = (name: string) => join(folder, name);
  const config = ["tls-cert-file", "tls-key-file", "tls-ca-cert-file"].map(
    (line, i) => `${line} ${pem(["node.crt", "node.key", "ca.crt"][i] ?? "")}`,
  );
  const tls = { ca: readFileSync(pem("ca.crt"), "utf8") };
  const port = BASE + 7;
  const node = await startNode({ port, tls, config: [...config, "tls-auth-clients no", "tls-cluster yes"] });
  const info = ["info", `127.0.0.1:${port}`];
  try {
    const [trusted, insecure, unknown, bare] = await Promise.all([
      cluster(...info, "--tls", "--cacert", pem("ca.crt")),
      cluster(...info, "--tls", "--insecure"),
      cluster(...info, "--tls"),
      cluster(...info),
    ]);
    expect([trusted.code, insecure.code], told(trusted)).toEqual([0, 0]);
    expect([unknown.code, unknown.err]).toEqual([1, expect.stringMatching(/certificate that is not trusted/)]);
    expect([bare.code, bare.err]).toEqual([1, expect.stringMatching(/wants TLS/)]);
  } finally {
    await node.close();
    rmSync(folder, { recursive: true });
  }
});

test("a script written for redis-cli runs with the name changed, line by line and exit code by exit code", async () => {
  const redisCli = (args: readonly string[]) =>
    new Promise<{ code: number; out: string }>((resolve) => {
      execFile("redis-cli", [...args], { env: { ...process.env, TERM: "dumb" } }, (error, out) =>
        resolve({ code: error ? Number(error.code) : 0, out }),
      );
    });
  for (const args of [
    ["--cluster", "info", ENTRY],
    ["--cluster", "check", "127.0.0.1", String(BASE + 4)],
  ]) {
    const [theirs, ours] = await Promise.all([redisCli(args), cli.run(args)]);
    const said = ours.out.split("\n");
    expect(theirs.out.split("\n").filter((line) => !said.includes(line))).toEqual([]);
    expect([ours.code, theirs.code]).toEqual([0, 0]);
  }
  const [from, to] = [at(0), at(1)];
  const move = [
    "--cluster",
    "reshard",
    ENTRY,
    "--cluster-from",
    from.id,
    "--cluster-to",
    to.id,
    "--cluster-slots",
    "9",
  ];
  for (const run of [redisCli, cli.run]) {
    const before = await slotsOf(to);
    expect((await run([...move, "--cluster-yes", "--cluster-pipeline", "20", "--cluster-timeout", "5000"])).code).toBe(
      0,
    );
    expect(await slotsOf(to)).toBe(before + 9);
  }
}, 120_000);

test("a reshard moves what was asked, to the slot; --dry-run shows its commands and moves nothing", async () => {
  const before = await Promise.all(nodes.slice(0, 3).map(slotsOf));
  const asked = ["reshard", ENTRY, "--cluster-from", "all", "--cluster-to", `127.0.0.1:${BASE + 2}`];
  const dry = await cluster(...asked, "--cluster-slots", "7", "--dry-run");
  expect([dry.code, dry.out.match(/SETSLOT \d+ IMPORTING/g)?.length]).toEqual([0, 7]);
  expect(await Promise.all(nodes.slice(0, 3).map(slotsOf))).toEqual(before);
  const moved = await cluster(...asked, "--cluster-slots", "7", "--cluster-yes", "--json");
  expect(moved.code, told(moved)).toBe(0);
  const events = moved.out
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(events[0]).toMatchObject({ event: "plan", plan: { totals: { slots: 7 } } });
  expect(events.at(-1)).toMatchObject({ event: "end", operation: { state: "succeeded", openSlots: [] } });
  expect(await slotsOf(at(2))).toBe((before[2] ?? 0) + 7);
  const foreign = await cluster(...asked, "--cluster-slots", "16000", "--cluster-yes");
  expect([foreign.code, foreign.err]).toEqual([1, expect.stringMatching(/Ask for fewer/)]);
}, 120_000);

test.each([
  [["check", ENTRY, "--cluster-replicas", "1"], /does not take --cluster-replicas/],
  [["reshard", ENTRY], /--cluster-from, --cluster-to, --cluster-slots are missing, and there is no terminal/],
  [["reshard", ENTRY, "--ranges", "0-3", "--cluster-to", "x", "--cluster-slots", "2"], /exclude each other/],
  [["add-node", "127.0.0.1:8216", ENTRY, "--cluster-master-id", "x"], /--cluster-master-id needs --cluster-slave/],
  [["rebalance", ENTRY, "--cluster-weight", "x=much"], /x=much is no weight/],
  [["set-timeout", ENTRY, "5"], /5 is no node timeout/],
  [["config", ENTRY, "maxmemory"], /maxmemory is no setting/],
  [["call", ENTRY, "PING", "--cluster-only-masters", "--node", "x"], /exclude each other/],
  [["restore", ENTRY, "yesterday"], /yesterday is no backup/],
  [["scale-out", ENTRY, "127.0.0.1:1+nowhere"], /nowhere is no address/],
  [["info", "nowhere"], /nowhere is no address/],
  [["info", ENTRY, "--cacert", "/x"], /--cacert needs --tls/],
  [["info", ENTRY, "--console", "http://127.0.0.1:1"], /wants a token/],
])("%j is a usage error: exit code 2, and nothing is connected to", async (args, said) => {
  const { code, out, err } = await cluster(...args);
  expect(err).toMatch(said);
  expect([code, out]).toEqual([2, ""]);
});

test("keys of a standalone server are moved, in redis-cli's words; its password stays nowhere", async () => {
  const from = await startNode({ port: BASE + 15, cluster: false, password: SECRET });
  try {
    for (let i = 0; i < 50; i++) await from.call("SET", `import:${i}`, i);
    const asked = ["import", ENTRY, "--cluster-from", `127.0.0.1:${from.port}`];
    const login = ["--cluster-from-pass", SECRET, "--no-auth-warning"];
    const moved = await cluster(...asked, ...login, "--cluster-yes");
    expect(moved.code, told(moved)).toBe(0);
    expect(moved.out).toContain("has lost what the cluster has: 50 of type string");
    expect(await from.call("DBSIZE")).toBe(0);
    const files = readdirSync(cli.data, { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
    const texts = files.map((file) => readFileSync(join(file.parentPath, file.name), "latin1"));
    expect([...texts, told(moved)].filter((text) => text.includes(SECRET))).toEqual([]);
    expect((await cluster("import", ENTRY)).code).toBe(2);
    for (const node of nodes.slice(0, 3)) await node.call("FLUSHALL");
  } finally {
    await from.close();
  }
}, 60_000);

test("without --cluster-yes and without an answer nothing happens", async () => {
  const args = ["cluster", "failover", ENTRY, at(3).id];
  const none = await cli.run(args);
  expect([none.code, none.err]).toEqual([2, expect.stringMatching(/add --cluster-yes/)]);
  const no = await cli.run(args, { input: "no\n" });
  expect([no.code, no.out]).toEqual([1, expect.stringMatching(/Nothing was changed/)]);
  expect((await view(at(3))).find((node) => node.isMyself)?.role).toBe("replica");
});

test("Ctrl-C parks a reshard with no slot open, others are told to wait, and resume ends it", async () => {
  const entries = makeEntries({ slots: eachSlot([[100, 1499]]), keysPerSlot: 3 });
  await fill([{ node: at(0), ranges: [[100, 1499]] }], entries, new Map());
  const move = ["reshard", ENTRY, "--cluster-to", at(1).id, "--ranges", "100-1499", "--cluster-yes"];
  // A slot at a time, so that it is still moving when two others have started, asked and ended.
  const child = cli.spawn(["cluster", ...move, "--cluster-pipeline", "3"]);
  await untilSaid(child, /^moved /m);
  const [second, list] = await Promise.all([cluster(...move), cluster("operations", ENTRY)]);
  expect([second.code, second.err]).toEqual([1, expect.stringMatching(/Another shardboard works on this cluster/)]);
  expect(list.out).toMatch(/reshard {2}(running|pausing|paused)/);
  child.signal("SIGINT");
  const parked = await child.ended;
  expect(parked.code, told(parked)).toBe(1);
  expect(parked.out).toMatch(/is paused: Paused by .*\n.*No slot is open\. Go on with: shardboard cluster resume/);
  expect(await openSlots()).toBe(0);
  const resumed = await cluster("resume", `127.0.0.1:${BASE + 5}`);
  expect(resumed.code, told(resumed)).toBe(0);
  expect(resumed.out).toMatch(/Asked 1400, moved 1400/);
  expect(await at(1).call("CLUSTER", "COUNTKEYSINSLOT", 1499)).toBe(3);
}, 120_000);

test("killed in the middle, check says what is open, nothing else starts, and resume closes and ends it", async () => {
  const move = ["reshard", ENTRY, "--cluster-to", at(0).id, "--ranges", "100-1499", "--cluster-yes"];
  const child = cli.spawn(["cluster", ...move]);
  await untilSaid(child, /^moved /m);
  child.signal("SIGKILL");
  await child.ended;
  const isOpen = (await openSlots()) > 0;
  expect((await cluster("check", ENTRY)).code).toBe(isOpen ? 1 : 0);
  const refused = await cluster(...move);
  expect([refused.code, refused.out]).toEqual([1, expect.stringMatching(/the plan is refused/)]);
  const cancelled = await cluster("cancel", ENTRY);
  expect(cancelled.code, told(cancelled)).toBe(0);
  expect(await openSlots()).toBe(0);
  expect((await cluster("check", ENTRY)).code).toBe(0);
}, 120_000);

test("a node joins and serves, a replica takes over, and a node that leaves is forgotten by everybody", async () => {
  const added = await cluster("add-node", `127.0.0.1:${BASE + 6}`, ENTRY, "--cluster-yes");
  expect(added.code, told(added)).toBe(0);
  expect(added.out).toContain("[OK] New node added correctly.");
  const turned = await cluster("failover", ENTRY, at(4).id.slice(0, 12), "--yes");
  expect(turned.code, told(turned)).toBe(0);
  expect((await view(at(4))).find((node) => node.isMyself)?.role).toBe("primary");
  const child = cli.spawn(["cluster", "del-node", ENTRY, at(6).id, "--cluster-yes"]);
  // It is watched for more than a minute then: Ctrl-C ends the watching, and cancel lets go of the rest.
  await untilSaid(child, /^Reset: .*done/m);
  child.signal("SIGINT");
  expect((await child.ended).code).toBe(1);
  await until("the node to be forgotten by all", 10_000, async () => {
    const views = await Promise.all(nodes.slice(0, 6).map((node) => view(node)));
    return views.every((lines) => lines.every((line) => line.id !== at(6).id));
  });
  const cancelled = await cluster("cancel", ENTRY);
  expect(cancelled.code, told(cancelled)).toBe(0);
}, 120_000);

test("weights, a timeout on every node, and a half-open slot are done and proved; done again they are done already", async () => {
  const primaries = async () => {
    const ids = new Set((await view()).filter((node) => node.role === "primary").map((node) => node.id));
    return nodes.filter((node) => ids.has(node.id));
  };
  const [heavy, ...light] = (await primaries()) as [TestNode, TestNode, TestNode];
  const weigh = ["--cluster", "rebalance", ENTRY, "--cluster-weight", `${heavy.id.slice(0, 12)}=2`];
  const exact = [...weigh, `127.0.0.1:${light[0].port}=1`, "--cluster-threshold", "0", "--pace", "swift"];
  const looked = await cli.run([...exact, "--cluster-simulate"]);
  expect([looked.code, looked.out]).toEqual([0, expect.stringMatching(/this was a dry run/)]);
  const weighed = await cli.run([...exact, "--cluster-yes"]);
  expect(weighed.code, told(weighed)).toBe(0);
  expect(await Promise.all([heavy, ...light].map(slotsOf))).toEqual([8192, 4096, 4096]);
  const again = await cli.run([...exact, "--cluster-yes"]);
  expect([again.code, again.out]).toEqual([0, expect.stringMatching(/\[OK\] .*there is nothing to move/)]);

  const timed = await cluster("set-timeout", ENTRY, "2500", "--cluster-yes");
  expect(timed.code, told(timed)).toBe(0);
  for (const node of nodes.slice(0, 6))
    expect(await node.call("CONFIG", "GET", "cluster-node-timeout")).toEqual(["cluster-node-timeout", "2500"]);

  const deep = ["check", ENTRY, "--cluster-search-multiple-owners"];
  expect((await cluster(...deep)).code).toBe(0);
  const slot = (await view(heavy)).find((node) => node.isMyself)?.ranges[0]?.[0] ?? 0;
  await heavy.call("CLUSTER", "SETSLOT", slot, "MIGRATING", light[0].id);
  expect((await cluster(...deep)).code).toBe(1);
  const fixed = await cluster("fix", ENTRY, "--cluster-search-multiple-owners", "--cluster-yes");
  expect(fixed.code, told(fixed)).toBe(0);
  expect(await openSlots()).toBe(0);
  const well = await cluster("fix", ENTRY, "--cluster-yes");
  expect([well.code, well.out]).toEqual([0, expect.stringMatching(/There is nothing to repair/)]);
}, 120_000);

test("a call names the node that is down, beside what the others said, and exits with 1", async () => {
  const ask = ["--cluster", "call", ENTRY, "CONFIG", "GET", "cluster-enabled"];
  const [all, primaries, denied] = await Promise.all([
    cli.run(ask),
    cli.run([...ask, "--cluster-only-masters", "--json"]),
    cluster("call", ENTRY, "FLUSHALL"),
  ]);
  expect([all.code, all.out.match(/^127\.0\.0\.1:\d+: .*cluster-enabled/gm)?.length], told(all)).toEqual([0, 6]);
  expect((JSON.parse(primaries.out) as { results: unknown[] }).results).toHaveLength(3);
  expect(denied.err).toMatch(/FLUSHALL is not called from here/);
  const down = at(5);
  await down.kill();
  const [asked, changed] = await Promise.all([
    cli.run(ask),
    cluster("call", ENTRY, "SLOWLOG", "RESET", "--cluster-yes"),
  ]);
  await down.start();
  expect([asked.code, asked.out]).toEqual([1, expect.stringContaining(`[ERR] 127.0.0.1:${down.port} did not answer`)]);
  expect(asked.out.match(/^127\.0\.0\.1:\d+: .*cluster-enabled/gm)).toHaveLength(5);
  expect([changed.code, changed.out]).toEqual([1, expect.stringContaining(`Not reached: 127.0.0.1:${down.port}`)]);
  expect(changed.out.match(/^127\.0\.0\.1:\d+: OK$/gm), told(changed)).toHaveLength(5);
}, 120_000);

test("leave to repair without a primary that is away names it, and is not taken by a yes alone", async () => {
  const [entry, , away] = locked as [TestNode, TestNode, TestNode];
  await away.kill();
  const fix = ["--cluster", "fix", `127.0.0.1:${entry.port}`, "--cluster-yes"];
  const env = { REDISCLI_AUTH: SECRET };
  const [kept, given] = [
    await cli.run(fix, { env }),
    await cli.run([...fix, "--cluster-fix-with-unreachable-masters"], { env }),
  ];
  expect([kept.code, given.code]).toEqual([1, 1]);
  expect(kept.err).toMatch(/does not answer\. Start it.*give its slots away by name/);
  expect(given.out).toMatch(
    new RegExp(`${away.port} are given away.* is lost when it comes back.* goes on with --confirm`),
  );
}, 120_000);

test("a backup is taken, listed, and brought back over what was lost, while a drained primary stays a member", async () => {
  const homes = (await view()).filter((one) => one.role === "primary" && one.ranges.length > 0);
  const [leaving] = homes.map((one) => nodes.find((node) => node.id === one.id));
  if (!leaving) throw new Error("nobody owns slots");
  const slot = homes[0]?.ranges[0]?.[0] ?? 0;
  const [entry] = makeEntries({ slots: [slot], keysPerSlot: 1 });
  if (!entry) throw new Error("no entry was made");
  await leaving.call("SET", entry.key, entry.value);
  const saved = await cluster("backup", ENTRY, "--cluster-yes");
  const name = /Backup (cluster-\w+\/(\S+)):/.exec(saved.out);
  expect([saved.code, name?.[2]], told(saved)).toEqual([0, expect.stringMatching(/^\d{8}T\d{6}Z-\d+$/)]);

  const drained = await cluster("drain", ENTRY, leaving.id.slice(0, 12), "--cluster-yes", "--pace", "swift");
  expect(drained.code, told(drained)).toBe(0);
  expect(await slotsOf(leaving)).toBe(0);
  const now = await view();
  expect(now.map((one) => one.id)).toContain(leaving.id);
  const home = now.find((one) => hasSlot(one.ranges, slot));
  const owner = nodes.find((node) => node.id === home?.id);
  expect(await owner?.call("GETDEL", entry.key)).toBe(entry.value.toString());

  const [listed, wrong] = await Promise.all([
    cluster("backups", ENTRY),
    cluster("restore", ENTRY, "20200101T000000Z-1", "--existing", "skip", "--cluster-yes"),
  ]);
  expect([listed.code, listed.out]).toEqual([0, expect.stringContaining(name?.[2] ?? "?")]);
  expect([wrong.code, wrong.err]).toEqual([1, expect.stringMatching(/There is no backup 20200101T000000Z-1/)]);
  const back = await cluster("restore", ENTRY, name?.[1] ?? "", "--existing", "skip", "--cluster-yes");
  expect(back.code, told(back)).toBe(0);
  expect(await owner?.call("GET", entry.key)).toBe(entry.value.toString());
}, 120_000);
