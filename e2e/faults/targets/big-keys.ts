import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Redis } from "ioredis";
import { type FaultCluster, ownerOf, settle, startCluster, untilGuarded } from "../cluster";
import { sidesOf } from "../half-move";
import { type Expected, plainKeys, tagOf, write } from "../keys";
import { pictureOf } from "../picture";
import { type Ended, openShell, type Shell, told } from "../shell";
import { clean, type Kit, type Outcome, type Session, sumOf, type Target, whole, wrongly } from "../target";

const NODE_TIMEOUT_MS = 15_000;
const SLOTS = 24;
const KEYS_A_SLOT = 20;
const LEAST_MB = 16;
const MOST_MB = 256;
const REPLICATED_MS = 120_000;
/** What a node writes when it takes another one, or itself, for dead. */
const FAILING = /as failing \(quorum reached\)|FAIL message received|Failover election won/g;

/** R10: e6b. One key among many is so big that its node answers nobody while it is carried. */
export const bigKeys: Target = {
  name: "R10",
  what: "a move with a key of up to 256 MB is refused or succeeds, and nobody is failed over (node timeout 15 s)",
  rounds: 10,
  open,
};

async function open(kit: Kit): Promise<Session> {
  const cluster = await startCluster({ ...kit, owners: 3, replicas: 3, nodeTimeoutMs: NODE_TIMEOUT_MS });
  const shell = openShell(kit);
  const { owners } = await settle(cluster.nodes);
  const expected = await write(cluster, owners, plainKeys({ ranges: [[0, SLOTS - 1]], keysPerSlot: KEYS_A_SLOT }));
  return { round: () => one({ kit, cluster, shell, expected }), close: cluster.close };
}

type Stage = {
  readonly kit: Kit;
  readonly cluster: FaultCluster;
  readonly shell: Shell;
  readonly expected: Expected;
};

async function one({ kit: { random }, cluster, shell, expected }: Stage): Promise<Outcome> {
  await untilGuarded(cluster.nodes);
  const { owners } = await settle(cluster.nodes);
  const [source, target] = sidesOf(owners);
  const slot = whole(random, 0, SLOTS - 1);
  const key = `{${tagOf(slot)}}:big`;
  // As many small ones as big ones.
  const megabytes = Math.round(LEAST_MB * (MOST_MB / LEAST_MB) ** random());
  const kind = random() < 0.5 ? "hash" : "string";
  await (kind === "hash" ? fillHash : fillString)(source.redis, key, megabytes);
  await source.redis.wait(1, REPLICATED_MS);
  const before = await digestOf(source.redis, key);
  const calm = failuresIn(cluster);

  const move = ["cluster", "reshard", cluster.entry, "--cluster-to", target.id, "--ranges", `0-${SLOTS - 1}`];
  const ended = await shell.run([...move, "--yes", "--json"]);
  const isRefused = /"code":"big-keys","kind":"hold","state":"fail"/.test(ended.out);
  if (ended.code !== 0 && !isRefused) await shell.run(["cluster", "cancel", cluster.entry, "--json"]);
  const failures = failuresIn(cluster) - calm;
  const picture = await pictureOf(cluster, expected);
  const owner = ownerOf(picture.owners, slot);
  const after = owner ? await digestOf(owner.redis, key) : "";
  const size = `a ${kind} of ${megabytes} MB in slot ${slot}`;
  await owner?.redis.unlink(key);
  return {
    ...sumOf([
      picture,
      after === before ? clean : { lost: 1, open: 0, wrong: 0, trouble: [`${size} is not as it was`] },
      failures === 0 ? clean : wrongly(`${size}: ${failures} times a node was taken for dead`),
      ended.code === 0 || isRefused || isParked(ended, key) ? clean : wrongly(`${size}: ${told(ended)}`),
      ended.code !== 0 || owner === target ? clean : wrongly(`${size}: moved, and slot ${slot} is not there`),
    ]),
    figures: { megabytes, moved: ended.code === 0 ? 1 : 0, refused: isRefused ? 1 : 0, moveMs: ended.tookMs, failures },
  };
}

/** Found only when its turn came: its slot was left where it is, and the end names it. */
const isParked = ({ out }: Ended, key: string): boolean => out.includes('"code":"big-key"') && out.includes(key);

async function fillString(redis: Redis, key: string, megabytes: number): Promise<void> {
  const script = `
    math.randomseed(tonumber(ARGV[1]))
    local block = {}
    for i = 1, 4096 do block[i] = string.char(math.random(0, 255), math.random(0, 255), math.random(0, 255), math.random(0, 255)) end
    redis.call('APPEND', KEYS[1], string.rep(table.concat(block), 64))`;
  for (let i = 0; i < megabytes; i++) await redis.eval(script, 1, key, i);
}

/** As in e6b: 61 bytes of memory a field. */
const FIELDS_A_MB = 17_000;

async function fillHash(redis: Redis, key: string, megabytes: number): Promise<void> {
  const script = `
    for i = 0, tonumber(ARGV[2]) - 1 do redis.call('HSET', KEYS[1], 'f' .. (ARGV[1] + i), 'v' .. (ARGV[1] + i)) end`;
  for (let i = 0; i < megabytes; i++) await redis.eval(script, 1, key, i * FIELDS_A_MB, FIELDS_A_MB);
}

/** Of the value, whatever its encoding is; zeros where there is none. */
const digestOf = async (redis: Redis, key: string): Promise<string> =>
  String(await redis.call("DEBUG", "DIGEST-VALUE", key));

const failuresIn = ({ nodes }: FaultCluster): number =>
  nodes.reduce(
    (sum, { folder }) => sum + (readFileSync(join(folder, "node.log"), "utf8").match(FAILING) ?? []).length,
    0,
  );
