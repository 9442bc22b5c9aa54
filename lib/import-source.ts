import { z } from "zod";
import { type Endpoint, endpointSchema, formatEndpoint } from "@/lib/cluster/node";
import type { Of } from "@/lib/of";

/** Where keys come from: one server, or the primary that Sentinels know by a name, asked anew at every connection. */
export const importSourceSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("server"), endpoint: endpointSchema }),
  z.object({
    kind: z.literal("sentinel"),
    sentinels: z.array(endpointSchema).min(1).max(16),
    name: z.string().regex(/^[\w.:-]{1,128}$/, "a primary's name is letters, digits, dots, colons and hyphens"),
  }),
]);
export type ImportSource = Of<typeof importSourceSchema>;

/** copy: the source keeps its keys. move: it loses each when the cluster has it. follow: and every write after, until cut over. */
export const importWaySchema = z.enum(["copy", "move", "follow"]);
export type ImportWay = z.infer<typeof importWaySchema>;

/** What becomes of keys that the cluster has with another value. `refuse`: they stay, and the import is not proved. */
export const presentSchema = z.enum(["refuse", "keep", "replace"]);
export type Present = z.infer<typeof presentSchema>;

/** Why a key was not imported. */
export const refusalReasons = ["differs", "on-two-sources", "too-big", "not-readable"] as const;
export type RefusalReason = (typeof refusalReasons)[number];

export function sourceName(source: ImportSource): string {
  return source.kind === "server" ? formatEndpoint(source.endpoint) : source.name;
}

export function dialledFirst(source: ImportSource): readonly Endpoint[] {
  return source.kind === "server" ? [source.endpoint] : source.sentinels;
}
