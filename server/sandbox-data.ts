import { keySlot } from "@/lib/cluster/key-slot";
import type { NodeId } from "@/lib/cluster/node";
import { hasSlot } from "@/lib/cluster/slots";
import type { Topology, TopologyNode } from "@/lib/cluster/topology";
import { owners } from "@/lib/plans/members";
import { type Command, Link } from "./link";
import { refuse } from "./refuse";
import { sandboxKeys } from "./sandbox-keys";

/** Keys to try things on, written to whoever owns their slots, and their end. */
export type KeysPerNode = ReadonlyMap<NodeId, number>;

const CHUNK = 1000;
const WIPE_MS = 60_000;

/** How many keys each primary holds afterwards. Filled again, the same keys are there once. */
export async function fillSandbox(topology: Topology, count: number): Promise<KeysPerNode> {
  const homes = owners(topology);
  const waiting = new Map<TopologyNode, Command[]>(homes.map((node) => [node, []]));
  for (const { name, commands } of sandboxKeys(count)) {
    const slot = keySlot(name);
    const home = homes.find((node) => hasSlot(node.ranges, slot));
    if (!home) throw refuse("refused", "sandboxSlotUnowned", { slot });
    waiting.get(home)?.push(...commands);
  }
  return eachOwner(topology, async (link, node) => {
    const commands = waiting.get(node) ?? [];
    for (let at = 0; at < commands.length; at += CHUNK) {
      const replies = await link.pipeline(commands.slice(at, at + CHUNK), { timeoutMs: WIPE_MS });
      for (const reply of replies) if (!reply.ok) throw reply.error;
    }
  });
}

export async function cleanSandbox(topology: Topology): Promise<KeysPerNode> {
  return eachOwner(topology, (link) => link.call(["FLUSHALL"], { timeoutMs: WIPE_MS }));
}

/** Does the work on every primary that owns slots, and counts. */
export async function eachOwner(
  topology: Topology,
  work: (link: Link, node: TopologyNode) => Promise<unknown>,
): Promise<KeysPerNode> {
  const counts = await Promise.all(
    owners(topology).map(async (node) => {
      const link = await Link.open({ endpoint: node.dial });
      try {
        await work(link, node);
        return [node.id, Number(await link.call(["DBSIZE"]))] as const;
      } finally {
        link.close();
      }
    }),
  );
  return new Map(counts);
}
