import { z } from "zod";
import { type NodeId, nodeIdSchema, nodeRoleSchema } from "@/lib/cluster/node";
import { formatRanges, intersectRanges, slotRangeSchema, subtractRanges } from "@/lib/cluster/slots";
import type { Topology } from "@/lib/cluster/topology";
import type { Of } from "@/lib/of";
import { plans } from "@/lib/words/en/plans";
import { isUp, nodeName } from "./members";

/** What a plan was made for, kept beside it, so that a change can be named and not only noticed. */
export const pictureSchema = z.array(
  z.object({
    id: nodeIdSchema,
    name: z.string(),
    role: nodeRoleSchema,
    primaryId: nodeIdSchema.optional(),
    configEpoch: z.number(),
    ranges: z.array(slotRangeSchema),
    up: z.boolean(),
  }),
);
export type Picture = Of<typeof pictureSchema>;

export function pictureOf(topology: Topology): Picture {
  return topology.nodes.map((node) => ({
    id: node.id,
    name: nodeName(node),
    role: node.role,
    ...(node.primaryId === undefined ? {} : { primaryId: node.primaryId }),
    configEpoch: node.configEpoch,
    ranges: node.ranges,
    up: isUp(node),
  }));
}

/**
 * What is different, in sentences: members, owners, roles, parents, epochs. Whether a node answers is judged only for
 * `needed` ones: a plan does not become void because somebody else went away.
 */
export function changesBetween(then: Picture, now: Picture, needed: readonly NodeId[]): readonly string[] {
  const { changes } = plans;
  const before = new Map(then.map((node) => [node.id, node]));
  const after = new Map(now.map((node) => [node.id, node]));
  const name = (id: NodeId | undefined) => (id && (after.get(id) ?? before.get(id))?.name) ?? "nobody";
  return [
    ...now.filter((node) => !before.has(node.id)).map((node) => changes.joined({ node: node.name })),
    ...then.filter((node) => !after.has(node.id)).map((node) => changes.left({ node: node.name })),
    ...ownerChanges(then, now).map(({ ranges, from, to }) => changes.owner({ ranges, was: name(from), now: name(to) })),
    ...now.flatMap((node) => {
      const old = before.get(node.id);
      if (!old) return [];
      if (old.role !== node.role) return [changes.role({ node: node.name, role: node.role })];
      if (old.primaryId !== node.primaryId) return [changes.parent({ node: node.name, primary: name(node.primaryId) })];
      if (old.up && !node.up && needed.includes(node.id)) return [changes.silent({ node: node.name })];
      if (old.configEpoch !== node.configEpoch && node.role === "primary")
        return [changes.epoch({ node: node.name, now: node.configEpoch, was: old.configEpoch })];
      return [];
    }),
  ];
}

type OwnerChange = { readonly ranges: string; readonly from: NodeId | undefined; readonly to: NodeId | undefined };

function ownerChanges(then: Picture, now: Picture): readonly OwnerChange[] {
  const out: OwnerChange[] = [];
  for (const owner of now) {
    let gained = subtractRanges(owner.ranges, then.find((node) => node.id === owner.id)?.ranges ?? []);
    for (const former of then) {
      const from = intersectRanges(gained, former.ranges);
      if (from.length > 0) out.push({ ranges: formatRanges(from), from: former.id, to: owner.id });
      gained = subtractRanges(gained, from);
    }
    if (gained.length > 0) out.push({ ranges: formatRanges(gained), from: undefined, to: owner.id });
  }
  const owned = now.flatMap((node) => node.ranges);
  for (const former of then) {
    const lost = subtractRanges(former.ranges, owned);
    if (lost.length > 0) out.push({ ranges: formatRanges(lost), from: former.id, to: undefined });
  }
  return out;
}
