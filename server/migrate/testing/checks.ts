import { keySlot } from "@/lib/cluster/key-slot";
import { parseClusterNodes } from "@/lib/cluster/parse";
import { eachSlot, formatRanges, hasSlot, type SlotRanges } from "@/lib/cluster/slots";
import type { TestNode } from "@/server/testing/node";
import { until } from "@/server/testing/until";
import { type Model, nameOf, pipe } from "./data";

/** All views (replicas too) agree on owners, nobody shows an open slot; answers who owns what. */
export async function settledOwners(nodes: readonly TestNode[]): Promise<ReadonlyMap<TestNode, SlotRanges>> {
  let last = "";
  const owners = await until("all views to agree with no slot open", 15_000, async () => {
    const views = await Promise.all(
      nodes.map(async (node) => parseClusterNodes(String(await node.call("CLUSTER", "NODES")))),
    );
    const shapes = views.map((view) =>
      view
        .filter((node) => node.ranges.length > 0)
        .map((node) => `${node.id} ${formatRanges(node.ranges)}`)
        .sort()
        .join("\n"),
    );
    const own = views.map((view) => view.find((node) => node.isMyself));
    const open = own.flatMap((node) => [...(node?.migrating ?? []), ...(node?.importing ?? [])]);
    last = `${new Set(shapes).size} pictures, ${open.length} open`;
    if (new Set(shapes).size !== 1 || open.length > 0) return undefined;
    return new Map(nodes.map((node, i) => [node, own[i]?.role === "primary" ? own[i].ranges : []]));
  }).catch((error) => {
    throw new Error(`${error}: ${last}`);
  });
  return owners;
}

/** MIGRATE sends what is left to live, so the time between the two servers is added: 0 to 2 ms when they are idle. */
const TTL_OFF_MS = 500;

export type Losses = {
  readonly lost: readonly string[];
  readonly wrong: readonly string[];
  readonly ttlOff: readonly string[];
  /** Keys that lie on a primary that does not own their slot. */
  readonly stray: number;
};

export const nothingLost: Losses = { lost: [], wrong: [], ttlOff: [], stray: 0 };

/** Every key of the model is on the owner of its slot with its value and its time to live, and nowhere else. */
export async function compare(owners: ReadonlyMap<TestNode, SlotRanges>, model: Model): Promise<Losses> {
  const lost: string[] = [];
  const wrong: string[] = [];
  const ttlOff: string[] = [];
  let stray = 0;
  for (const [node, ranges] of owners) {
    if (ranges.length === 0) continue;
    const mine = [...model.values()].filter(({ key }) => hasSlot(ranges, keySlot(key)));
    const replies = await pipe(
      node,
      mine.flatMap(
        ({ key }) =>
          [
            ["GET", key],
            ["PEXPIRETIME", key],
          ] as const,
      ),
    );
    for (const [i, { key, value, expiresMs }] of mine.entries()) {
      const [has, expires] = [replies[2 * i], Number(replies[2 * i + 1])];
      if (!Buffer.isBuffer(has)) lost.push(nameOf(key));
      else if (!has.equals(value)) wrong.push(`${nameOf(key)}: ${has.toString("latin1").slice(0, 80)}`);
      else if (expiresMs === undefined ? expires !== -1 : Math.abs(expires - expiresMs) > TTL_OFF_MS)
        ttlOff.push(`${nameOf(key)}: ${expires} for ${expiresMs}`);
    }
    stray += await countStray(node, ranges);
  }
  return { lost, wrong, ttlOff, stray };
}

async function countStray(node: TestNode, ranges: SlotRanges): Promise<number> {
  const others = [...eachSlot([[0, 16383]])].filter((slot) => !hasSlot(ranges, slot));
  const counts = await pipe(
    node,
    others.map((slot) => ["CLUSTER", "COUNTKEYSINSLOT", slot]),
  );
  return counts.reduce<number>((sum, count) => sum + Number(count), 0);
}
