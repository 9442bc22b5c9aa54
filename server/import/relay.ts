import type { Command } from "@/server/link";
import { keyText } from "@/server/migrate/key-text";
import { judgeReply } from "@/server/migrate/replies";
import { refuse } from "@/server/refuse";
import type { Owner } from "./job";
import { type SourceKey, standingOf } from "./keys";
import { payloadOf } from "./payload";
import { byOwner, type ImportRun } from "./run";

export type Value = SourceKey & { readonly payload: Buffer };
type Relayed = {
  readonly sent: readonly SourceKey[];
  readonly again: readonly SourceKey[];
  readonly reason: string | undefined;
};

/** Read here, written there. What is gone at the source meanwhile is left to the reading back. */
export async function relay(run: ImportRun, keys: readonly SourceKey[]): Promise<Relayed> {
  const { values, missing } = await readValues(run, keys);
  const placed = await place(run, values, []);
  return { ...placed, sent: [...placed.sent, ...missing] };
}

/** DUMP and expiry as they are now, in the form that the owners read; what they could not read is refused. */
export async function readValues(run: ImportRun, keys: readonly SourceKey[]) {
  const values: Value[] = [];
  const missing: SourceKey[] = [];
  if (keys.length === 0) return { values, missing };
  const names = keys.map(({ key }) => key);
  const standing = await standingOf(run.link, names);
  const dumps = await run.ask(names.map((key) => ["DUMP", key]));
  for (const [i, key] of keys.entries()) {
    const dump = dumps[i];
    const now = standing[i];
    if (!dump?.ok) throw refusedRead(run, dump?.error.message);
    if (!Buffer.isBuffer(dump.value) || !now || !("type" in now) || now.type === "none") {
      missing.push(key);
      continue;
    }
    const { rdbVersion: writes } = run.source.seen;
    const payload = payloadOf({ key: key.key, dump: dump.value, writes }, readerOf(run));
    if (payload) values.push({ ...key, type: now.type, expiresAtMs: now.expiresAtMs, payload });
    else run.refuse(key, "not-readable");
  }
  return { values, missing };
}

const readerOf = ({ owners, job }: ImportRun) => ({ version: owners.rdbVersion, accepts: job.step.accepts });

const refusedRead = (run: ImportRun, reason = "a reply is missing") =>
  refuse("refused", "importSourceRefused", { source: run.source.seen.name, command: "DUMP", reason: `${reason}.` });

/** RESTORE at the owners, side by side; `flags` is empty, or REPLACE. */
export async function place(run: ImportRun, values: readonly Value[], flags: readonly "REPLACE"[]): Promise<Relayed> {
  const parts = await Promise.all([...byOwner(run, values)].map(([owner, some]) => placeAt(run, owner, some, flags)));
  return {
    sent: parts.flatMap((part) => part.sent),
    again: parts.flatMap((part) => part.again),
    reason: parts.find((part) => part.reason !== undefined)?.reason,
  };
}

async function placeAt(
  run: ImportRun,
  owner: Owner,
  values: readonly Value[],
  flags: readonly "REPLACE"[],
): Promise<Relayed> {
  const aheadMs = await run.aheadOf(owner);
  const commands = values.map((value) => restoreOf(value, aheadMs, flags));
  const more = values.length > 1 ? [`(and ${values.length - 1} more keys)`] : [];
  const replies = await run.change(owner, commands, [...(commands[0] ?? []), ...more]);
  const sent: SourceKey[] = [];
  const again: SourceKey[] = [];
  let reason: string | undefined;
  for (const [i, value] of values.entries()) {
    const reply = replies[i];
    if (reply?.ok) sent.push(value);
    else if (reply && /Bad data format|DUMP payload version/i.test(reply.error.message))
      run.refuse(value, "not-readable");
    else {
      reason = troubleOf(run, owner, value, reply?.error.message ?? "a reply is missing");
      again.push(value);
    }
  }
  return { sent, again, reason };
}

function restoreOf({ key, payload, expiresAtMs }: Value, aheadMs: number, flags: readonly "REPLACE"[]): Command {
  const at = expiresAtMs === undefined ? 0 : Math.max(1, Math.round(expiresAtMs + aheadMs));
  return ["RESTORE", key, at, payload, ...(at > 0 ? ["ABSTTL"] : []), ...flags];
}

/** What passes by itself, or is in the way, comes again; the rest is for a person. */
function troubleOf(run: ImportRun, owner: Owner, { key }: SourceKey, text: string): string {
  const { kind } = judgeReply(text);
  if (kind === "conflict") run.mayHold = true;
  if (kind !== "stop") return `${owner.name}: ${text}`;
  throw refuse("refused", "importOwnerRefused", { node: owner.name, key: keyText(key), reason: `${text}.` });
}
