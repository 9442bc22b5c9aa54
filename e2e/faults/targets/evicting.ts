import { settle, startCluster } from "../cluster";
import { sidesOf } from "../half-move";
import { plainKeys, write } from "../keys";
import type { FaultNode } from "../nodes";
import { pictureOf } from "../picture";
import { openShell, told } from "../shell";
import { clean, type Kit, type Outcome, type Session, sumOf, type Target, wrongly } from "../target";

const SLOTS = 200;
const KEYS_A_SLOT = 40;
const BYTES = 500;

/** R9: e31. The target may throw keys away when it is full, and would be full. */
export const evicting: Target = {
  name: "R9",
  what: "a move into a target that evicts and has no room for it causes no eviction, even where it is insisted on",
  rounds: 5,
  open,
};

async function open(kit: Kit): Promise<Session> {
  const cluster = await startCluster({ ...kit, owners: 3, doors: true });
  const shell = openShell(kit);
  const { owners } = await settle(cluster.nodes);
  const writings = plainKeys({ ranges: [[0, SLOTS - 1]], keysPerSlot: KEYS_A_SLOT, bytes: BYTES });
  const expected = await write(cluster, owners, writings);
  const round = async (): Promise<Outcome> => {
    const [, target] = sidesOf((await settle(cluster.nodes)).owners);
    const share = 0.1 + kit.random() * 0.8;
    const room = Math.round(share * SLOTS * KEYS_A_SLOT * BYTES);
    const limit = (await figureOf(target, "memory", "used_memory")) + room;
    await target.redis.config("SET", "maxmemory-policy", "allkeys-lru");
    await target.redis.config("SET", "maxmemory", String(limit));
    const before = await figureOf(target, "stats", "evicted_keys");
    const name = /cluster-\w+/.exec((await shell.run(["cluster", "operations", cluster.entry])).out)?.[0];
    const move = ["cluster", "reshard", cluster.entry, "--cluster-to", target.id, "--ranges", `0-${SLOTS - 1}`];
    const plain = await shell.run([...move, "--yes"]);
    const called = /--confirm (\S+)/.exec(plain.out)?.[1] ?? name;
    const insisted = called ? await insist([...move, "--yes", "--json"], called) : plain;
    const evicted = (await figureOf(target, "stats", "evicted_keys")) - before;
    await target.redis.config("SET", "maxmemory", "0");
    await target.redis.config("SET", "maxmemory-policy", "noeviction");
    if (/"state":"(paused|interrupted)"|cluster resume/.test(insisted.out)) {
      await shell.run(["cluster", "cancel", cluster.entry]);
    }
    return {
      ...sumOf([
        await pictureOf(cluster, expected),
        evicted === 0 ? clean : wrongly(`${evicted} keys were evicted`),
        plain.code === 0 ? wrongly(`it was not asked about: ${told(plain)}`) : clean,
      ]),
      figures: { roomPercent: share * 100, refused: insisted.code === 0 ? 0 : 1, evicted },
    };
  };
  const insist = (args: readonly string[], typed: string) =>
    shell.run([...args, "--confirm", typed, "--reason", "a run of faults"]);
  return { round, close: cluster.close };
}

async function figureOf({ redis }: FaultNode, section: string, name: string): Promise<number> {
  const text = String(await redis.info(section));
  return Number(new RegExp(`^${name}:(\\d+)`, "m").exec(text)?.[1] ?? Number.NaN);
}
