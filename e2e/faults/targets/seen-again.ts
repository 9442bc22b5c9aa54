import { readFileSync } from "node:fs";
import { join } from "node:path";
import { failedHolds } from "@/lib/plans/plan";
import { endOf, planOf, startOf } from "../../fixtures/cluster";
import { type FaultCluster, startCluster, untilWell } from "../cluster";
import { type Watching, watchAll } from "../console";
import type { FaultNode } from "../nodes";
import { bringIn, partFrom } from "../scenario";
import { clean, type Kit, type Outcome, type Session, sumOf, type Target, whole, wrongly } from "../target";
import { until } from "../until";

/** Removals that are waited for at the same time, each in a cluster of its own. */
const AT_ONCE = 4;
const PORTS_EACH = 10;
const REPLICAS = 3;
const REMOVED_MS = 240_000;
/**
 * The window that is watched, from the moment on in which the member is back: nothing happens later that does not happen
 * then. The ban of FORGET, 60 s, was over before; a member that still knows the node gossips of it ten times a second.
 */
const WATCHED_MS = 130_000;
const LOOK_MS = 250;
/** Whoever hears of the node from the member that is back lists it at once: for how long at most, until all are told. */
const TOLD_MS = 15_000;

/** R16: a member is down while a node is removed, and is back when the ban is over: it alone still knows the node. */
export const seenAgain: Target = {
  name: "R16",
  what: "a node removed while a member was down never takes part again; nobody lists it from 15 s after that member is back (watched for 130 s, beyond the ban)",
  rounds: 20,
  open,
};

type Stage = { readonly cluster: FaultCluster; readonly watching: Watching; readonly random: () => number };

async function open(kit: Kit): Promise<Session> {
  const clusters = await Promise.all(
    Array.from({ length: AT_ONCE }, (_, i) =>
      startCluster({ ...kit, port: kit.port + i * PORTS_EACH, owners: 3, replicas: REPLICAS, strangers: 1 }),
    ),
  );
  const all = await watchAll(kit, clusters);
  const waiting: Outcome[] = [];
  const next = async () => {
    const stages = clusters.flatMap((cluster, i): Stage[] => {
      const watching = all[i];
      return watching ? [{ cluster, watching, random: kit.random }] : [];
    });
    waiting.push(...(await Promise.all(stages.map(one))));
  };
  return {
    round: async () => {
      if (waiting.length === 0) await next();
      return waiting.shift();
    },
    close: async () => {
      await all[0]?.close();
      await Promise.all(clusters.map((cluster) => cluster.close()));
    },
  };
}

async function one({ cluster, watching, random }: Stage): Promise<Outcome> {
  const { members, strangers } = cluster;
  await bringIn(cluster);
  const [removed] = strangers;
  const away = members[whole(random, 0, members.length - 1)];
  if (!removed || !away) throw new Error("there is nobody to remove");
  const { id } = removed;
  // Whom a node knows by gossip alone is not in its file yet, and is forgotten when it dies.
  for (const { redis } of members) await redis.call("CLUSTER", "SAVECONFIG");
  await away.kill();
  const others = members.filter((node) => node !== away);
  await until("the others to serve without it", 30_000, async () =>
    (await Promise.all(others.map(({ redis }) => redis.cluster("INFO")))).every((text) =>
      String(text).includes("cluster_state:ok"),
    ),
  );
  const ended = await remove(watching, id);
  if (!readFileSync(join(away.folder, "nodes.conf"), "utf8").includes(id))
    throw new Error(`${away.port} has forgotten the node by itself: there is nothing to see`);
  await away.start();
  const seen = await watchFor(cluster, { removed, id });
  await partFrom(cluster);
  await untilWell(members, REPLICAS, 60_000);
  return {
    ...sumOf([
      ended.state === "succeeded" ? clean : wrongly(`it is ${ended.state}: ${ended.reason?.text ?? ""}`),
      ...seen.trouble.map(wrongly),
    ]),
    figures: { listers: seen.listers, listedMs: seen.listedMs, watchedS: WATCHED_MS / 1000 },
  };
}

async function remove({ console, clusterId }: Watching, nodeId: string) {
  const wish = { verb: "remove-node", nodeId, afterwards: "reset" };
  const plan = await until("a plan that knows who is away", 20_000, async () => {
    const made = await planOf(console, clusterId, wish);
    return failedHolds(made).some(({ code }) => code === "all-can-forget") && made;
  });
  return endOf(console, await startOf(console, plan, { typed: plan.confirm.typed ?? plan.clusterName }), REMOVED_MS);
}

type Watched = { readonly removed: FaultNode; readonly id: string };

/** Who lists it, by its name or by its address, and until when; and whether it knows anybody itself. */
async function watchFor({ members }: FaultCluster, { removed, id }: Watched) {
  const [start, end] = [performance.now(), performance.now() + WATCHED_MS];
  const trouble = new Map<number, string>();
  const listers = new Set<FaultNode>();
  let listedMs = 0;
  while (performance.now() < end) {
    const views = await Promise.all([...members, removed].map(async (node) => [node, await viewOf(node)] as const));
    const nowMs = Math.round(performance.now() - start);
    for (const [node, text] of views) {
      const lines = text.trim().split("\n");
      const line = lines.find((each) => each.startsWith(id) || each.includes(`:${removed.port}@`));
      if (node === removed ? lines.length === 1 : !line) continue;
      if (node !== removed) {
        listedMs = nowMs;
        listers.add(node);
      }
      if (node === removed || nowMs > TOLD_MS)
        trouble.set(node.port, trouble.get(node.port) ?? `${node.port} says ${nowMs} ms later: ${text.trim()}`);
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  return { listers: listers.size, listedMs, trouble: [...trouble.values()] };
}

/** One that is only starting says nothing. */
const viewOf = ({ redis }: FaultNode): Promise<string> => redis.cluster("NODES").then(String, () => "");
