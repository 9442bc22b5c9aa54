import { type BackupRef, backupRefSchema, lossSchema } from "@/lib/backup-ref";
import { nodeIdSchema } from "@/lib/cluster/node";
import { formatRanges, parseRanges } from "@/lib/cluster/slots";
import type { Newcomer, Wish } from "@/lib/plans/wish";
import { wishSchema } from "@/lib/plans/wish";

/**
 * A wizard's choices live in its URL, so that a reload or a colleague with the link finds the same wizard. `WishDraft`
 * is a wish that may still lack something; `wishOf` tells whether it is whole.
 */
export type WishDraft = { readonly verb: Wish["verb"] } & Readonly<Record<string, unknown>>;

const slotLists = new Set(["ranges", "finish", "back", "leave"]);

export function wizardPath(clusterId: string, draft: WishDraft): string {
  const query = new URLSearchParams(writeDraft(draft)).toString();
  const base = draft.verb === "create" ? "/clusters/new/create" : `/clusters/${clusterId}/operations/new/${draft.verb}`;
  return query ? `${base}?${query}` : base;
}

export function writeDraft(draft: WishDraft): Record<string, string> {
  const out: Record<string, string> = {};
  for (const [name, value] of Object.entries(draft)) {
    const text = name === "verb" ? undefined : writeValue(name, value);
    if (text !== undefined && text !== "") out[name] = text;
  }
  return out;
}

function writeValue(name: string, value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (slotLists.has(name)) return formatRanges(value as [number, number][], "-").replaceAll(" ", "");
  if (name === "node") return writeNewcomer(value as Newcomer);
  if (name === "backup") return writeBackup(value as BackupRef);
  if (name === "nodes") return (value as Newcomer[]).map(writeNewcomer).join(",");
  if (name === "shards")
    return (value as { primary: Newcomer; replicas: Newcomer[] }[])
      .map(({ primary, replicas }) => [primary, ...replicas].map(writeNewcomer).join("+"))
      .join(",");
  if (written.has(name)) return JSON.stringify(value);
  if (name === "weights")
    return (value as { nodeId: string; weight: number }[]).map(({ nodeId, weight }) => `${nodeId}:${weight}`).join(",");
  if (Array.isArray(value)) return value.join(",");
  return String(value);
}

const writeBackup = ({ clusterId, id }: BackupRef): string => `${clusterId}/${id}`;

function readBackup(text: string): BackupRef | undefined {
  const [clusterId, id] = text.split("/");
  const parsed = backupRefSchema.safeParse({ clusterId, id });
  return parsed.success ? parsed.data : undefined;
}

/** `~id` is a node managed here, anything else an address. */
export function writeNewcomer(newcomer: Newcomer): string {
  if ("managedId" in newcomer) return `~${newcomer.managedId}`;
  const { host, port } = newcomer.endpoint;
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

export function readNewcomer(text: string): Newcomer | undefined {
  if (text.startsWith("~")) return text.length > 1 ? { managedId: text.slice(1) } : undefined;
  const match = /^(?:\[([^\]]+)\]|([^:\s]+)):(\d{1,5})$/.exec(text.trim());
  if (!match) return undefined;
  return { endpoint: { host: match[1] ?? match[2] ?? "", port: Number(match[3]) } };
}

const numbers = new Set(["slots", "replicasPerPrimary", "threshold", "timeoutMs", "db", "batchKeys"]);
const switches = new Set(["useEmpty", "simulate", "handBack", "end", "stop", "deleteFolders"]);
const lists = new Set(["sources", "primaryIds", "nodeIds", "abandon"]);
/** Their parts may hold any sign: written as JSON. */
const written = new Set(["settings", "each", "command", "also", "from"]);

export function readDraft(verb: Wish["verb"], query: Readonly<Record<string, string>>): WishDraft {
  const out: Record<string, unknown> = {};
  for (const [name, text] of Object.entries(query)) {
    const value = readValue(name, text);
    if (value !== undefined) out[name] = value;
  }
  return { ...out, verb };
}

function readValue(name: string, text: string): unknown {
  if (slotLists.has(name)) return parseRanges(text);
  if (name === "node") return readNewcomer(text);
  if (name === "backup") return readBackup(text);
  if (name === "accepts") return text.split(",").filter((one) => lossSchema.safeParse(one).success);
  if (name === "nodes") return text.split(",").map(readNewcomer).filter(Boolean);
  if (name === "shards") return text.split(",").map(readShard).filter(Boolean);
  if (written.has(name)) return parseJson(text);
  if (name === "weights") return text.split(",").map(readWeight).filter(Boolean);
  if (switches.has(name)) return text === "true" ? true : undefined;
  if (numbers.has(name)) return /^\d+$/.test(text) ? Number(text) : undefined;
  if (lists.has(name)) return text.split(",").filter((id) => nodeIdSchema.safeParse(id).success);
  return text;
}

/** What it is worth is judged with the whole wish. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function readWeight(text: string): { nodeId: string; weight: number } | undefined {
  const [nodeId = "", weight = ""] = text.split(":");
  return nodeIdSchema.safeParse(nodeId).success && /^-?\d+(\.\d+)?$/.test(weight)
    ? { nodeId, weight: Number(weight) }
    : undefined;
}

function readShard(text: string): { primary: Newcomer; replicas: Newcomer[] } | undefined {
  const [primary, ...replicas] = text.split("+").map(readNewcomer);
  return primary ? { primary, replicas: replicas.filter((r) => r !== undefined) } : undefined;
}

/** The wish, when the draft has all that its verb needs. */
export function wishOf(draft: WishDraft): Wish | undefined {
  const parsed = wishSchema.safeParse(draft);
  return parsed.success ? parsed.data : undefined;
}
