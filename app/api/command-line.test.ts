import { createServer, type IncomingMessage, type Server } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { routes } from "@/lib/wire/routes";
import type { RouteSpec } from "@/lib/wire/routes/route";
import { startCluster, type TestCluster } from "@/server/testing/cluster";
import { bundledShardboard, type Shardboard, untilSaid } from "@/server/testing/shardboard";
import { type Console, handlersOf, openConsole } from "./asking";

/** The command line through a console: its real routes behind a real socket. */

const TOKEN = "an-admin-token-for-tests";
const BASE = 8240;
let cli: Shardboard;
let cluster: TestCluster;
let known: Console;
let server: Server;
let through: readonly string[];

const patterns = Object.values<RouteSpec>(routes).map(({ method, path }) => ({
  method,
  path,
  match: new RegExp(`^${path.replaceAll(/\[(\w+)\]/g, "(?<$1>[^/]+)")}$`),
}));

async function answer(request: IncomingMessage): Promise<Response> {
  const url = new URL(request.url ?? "/", `http://${request.headers.host}`);
  const found = patterns.find(({ method, match }) => method === request.method && match.test(url.pathname));
  const handler = found && (await handlersOf(found.path)).get(found.method);
  if (!found || !handler) return new Response("", { status: 404 });
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const headers = new Headers(request.headers as Record<string, string>);
  const body = chunks.length > 0 ? { body: Buffer.concat(chunks) } : {};
  const params = found.match.exec(url.pathname)?.groups ?? {};
  const asked = new Request(url, { method: found.method, headers, ...body });
  return handler(asked, { params: Promise.resolve({ ...params }) });
}

beforeAll(async () => {
  [cli, cluster, known] = await Promise.all([
    bundledShardboard(),
    startCluster({ basePort: BASE, primaries: 3, replicas: 0 }),
    openConsole(),
  ]);
  server = createServer((request, response) => {
    void answer(request).then(async (reply) => {
      response.writeHead(reply.status, Object.fromEntries(reply.headers));
      response.end(Buffer.from(await reply.arrayBuffer()));
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(BASE + 8, "127.0.0.1", resolve);
  });
  through = ["--console", `http://127.0.0.1:${BASE + 8}`];
  const connect = { name: "Lab", environment: "sandbox", seeds: [{ host: "127.0.0.1", port: BASE }] };
  const connected = await known.ask("clusters.connect", { as: "admin", body: connect });
  expect(connected.status).toBe(201);
}, 120_000);
afterAll(async () => {
  server.close();
  await known.close();
  await cluster.close();
  cli.close();
});

/** Nothing guards the target here: the plan wants its name typed, and a reason. */
const sure = ["--cluster-yes", "--confirm", "Lab", "--reason", "a test"];
const run = (...args: readonly string[]) =>
  cli.run(["cluster", ...args, ...through], { env: { SHARDBOARD_TOKEN: TOKEN } });

test("the same verbs, the same lines, the same exit codes", async () => {
  const entry = `127.0.0.1:${BASE + 1}`;
  const [own, theirs] = [await cli.run(["cluster", "check", entry]), await run("check", entry)];
  expect([own.code, theirs.code]).toEqual([0, 0]);
  expect(theirs.out).toBe(own.out);
  const moved = await run(
    "reshard",
    "Lab",
    "--cluster-from",
    "all",
    "--cluster-to",
    entry,
    "--cluster-slots",
    "7",
    ...sure,
  );
  const held = await run("reshard", "Lab", "--ranges", "0-3", "--cluster-to", entry, "--cluster-yes");
  expect([held.code, held.out]).toEqual([1, expect.stringMatching(/goes on with --confirm Lab --reason/)]);
  expect(moved.code, moved.out + moved.err).toBe(0);
  expect(moved.out).toMatch(/Asked 7, moved 7/);
  expect((await run("operations", entry)).out).toMatch(/^1 {2}reshard {2}proved .* admin token {2}7 of 7 slots$/m);
}, 120_000);

test("Ctrl-C pauses what runs in the console, and resume goes on there", async () => {
  const move = ["reshard", "Lab", "--cluster-to", `127.0.0.1:${BASE}`, "--ranges", "6000-10000", ...sure];
  const child = cli.spawn(["cluster", ...move, ...through], { env: { SHARDBOARD_TOKEN: TOKEN } });
  await untilSaid(child, /^>>> Operation 2$/m);
  child.signal("SIGINT");
  const { code, out } = await child.ended;
  const isDone = /done and proved/.test(out);
  expect(code).toBe(isDone ? 0 : 1);
  if (!isDone) {
    expect(out).toMatch(/is paused: Paused by admin token/);
    const resumed = await run("resume", "Lab");
    expect(resumed.code, resumed.out + resumed.err).toBe(0);
  }
}, 120_000);

test("a call, a deep check and a rebalance go through the console too", async () => {
  const entry = `127.0.0.1:${BASE + 1}`;
  const call = ["call", entry, "CLUSTER", "MYID"];
  const [own, theirs] = [await cli.run(["cluster", ...call]), await run(...call)];
  expect([own.code, theirs.code]).toEqual([0, 0]);
  expect(theirs.out).toBe(own.out);
  const changed = await run("call", "Lab", "SLOWLOG", "RESET", "--node", entry, "--cluster-yes");
  expect([changed.code, changed.out]).toEqual([0, expect.stringContaining(`${entry}: OK`)]);
  expect((await run("rebalance", "Lab", "--threshold", "0", "--pace", "swift", ...sure)).code).toBe(0);
  const checked = await run("check", "Lab", "--cluster-search-multiple-owners", "--json");
  expect(JSON.parse(checked.out)).toMatchObject({ troubles: [], notCounted: [] });
}, 120_000);

test("a wrong token, a console that is not there, a cluster that it does not know", async () => {
  const wrong = await cli.run(["cluster", "info", "Lab", ...through], { env: { SHARDBOARD_TOKEN: "wrong" } });
  expect([wrong.code, wrong.err]).toEqual([1, expect.stringMatching(/Nobody is signed in/)]);
  const gone = ["cluster", "info", "Lab", "--console", `http://127.0.0.1:${BASE + 9}`];
  const away = await cli.run(gone, { env: { SHARDBOARD_TOKEN: TOKEN } });
  expect([away.code, away.err]).toEqual([1, expect.stringMatching(/cannot be asked: .*ECONNREFUSED/)]);
  const unknown = await run("info", "127.0.0.1:9");
  expect([unknown.code, unknown.err]).toEqual([
    1,
    expect.stringMatching(/knows no cluster with a node 127\.0\.0\.1:9/),
  ]);
}, 120_000);
