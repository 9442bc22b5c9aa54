import { isIP } from "node:net";
import type { Settled } from "@/server/link";
import { isFromTarget, judgeReply } from "@/server/migrate/replies";
import type { Sent } from "./batch";
import type { Owner } from "./job";
import type { SourceKey } from "./keys";
import { isReadAsIs } from "./payload";
import { relay } from "./relay";
import { byOwner, type ImportRun, nameIn } from "./run";

export type Carried = {
  /** An owner may have them now. */
  readonly sent: readonly SourceKey[];
  /** Of these, what went by the source's own MIGRATE. */
  readonly direct: readonly SourceKey[];
  readonly again: readonly SourceKey[];
  readonly reason: string | undefined;
};

/** Keys that no owner has, to their owners. Nothing is replaced; what is in the way is told by `again`. */
export async function carry(run: ImportRun, keys: readonly SourceKey[], sent: Sent): Promise<Carried> {
  for (const { key } of keys) sent.add(nameIn(key));
  const straight: [Owner, readonly SourceKey[]][] = [];
  const round: SourceKey[] = [];
  const probed: SourceKey[] = [];
  for (const [owner, some] of byOwner(run, keys)) {
    const first = await probeOnce(run, owner, some);
    if (first) probed.push(first);
    const left = first ? some.slice(1) : some;
    if (run.reach.get(owner.id) !== "reached") round.push(...some);
    else if (left.length > 0) straight.push([owner, left]);
  }
  const migrated = await migrate(run, straight);
  const relayed = await relay(run, round);
  return {
    sent: [...probed, ...migrated.sent, ...relayed.sent],
    direct: [...probed, ...migrated.sent],
    again: [...migrated.again, ...relayed.again],
    reason: migrated.reason ?? relayed.reason,
  };
}

/**
 * Whether the source's MIGRATE reaches this owner. The address that members know it by may be another machine in the
 * source's network: the first key goes alone, and is looked for at the owner over the console's own connection. A source
 * is no member, so it is never given the cluster's credentials: where there are any, keys go through the console.
 */
async function probeOnce(run: ImportRun, owner: Owner, [first]: readonly SourceKey[]): Promise<SourceKey | undefined> {
  if (!first || run.reach.has(owner.id)) return undefined;
  const reached = mayReach(run, owner) && (await probe(run, owner, first));
  run.reach.set(owner.id, reached ? "reached" : "not");
  return reached ? first : undefined;
}

function mayReach({ job, source, owners }: ImportRun, { endpoint }: Owner): boolean {
  if (job.isLocked || job.step.access !== undefined) return false;
  if (!isReadAsIs(source.seen.rdbVersion, owners.rdbVersion)) return false;
  return !isLoopback(endpoint.host) || isLoopback(source.seen.endpoint.host);
}

const isLoopback = (host: string): boolean =>
  host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));

async function probe(run: ImportRun, owner: Owner, key: SourceKey): Promise<boolean> {
  const isThere = async () => {
    const [reply] = await run.tellOwner(owner, [["EXISTS", key.key]]);
    return reply?.ok === true && Number(reply.value) > 0;
  };
  if (await isThere()) return false;
  const command = migrateOf(run, owner, [key]);
  const [reply] = await run.change(undefined, [command], command);
  return reply?.ok === true && String(reply.value) === "OK" && (await isThere());
}

const migrateOf = (run: ImportRun, { endpoint }: Owner, keys: readonly SourceKey[]) => [
  ...["MIGRATE", endpoint.host, endpoint.port, "", 0, run.timeoutMs, "COPY", "KEYS"],
  ...keys.map(({ key }) => key),
];

/** One MIGRATE an owner, all in one write. */
async function migrate(run: ImportRun, groups: readonly (readonly [Owner, readonly SourceKey[]])[]): Promise<Carried> {
  const sent: SourceKey[] = [];
  const again: SourceKey[] = [];
  let reason: string | undefined;
  const commands = groups.map(([owner, keys]) => migrateOf(run, owner, keys));
  const [atMs, clock] = [Date.now(), performance.now()];
  const replies = commands.length === 0 ? [] : await run.ask(commands);
  for (const [i, [owner, keys]] of groups.entries()) {
    const reply = replies[i];
    run.job.tell(undefined, {
      endpoint: run.source.seen.endpoint,
      command: commands[i] ?? [],
      atMs,
      tookMs: performance.now() - clock,
      reply: reply?.ok ? reply.value : undefined,
      error: reply && !reply.ok ? reply.error : undefined,
    });
    if (reply?.ok) {
      sent.push(...keys);
      continue;
    }
    reason = refusedBy(run, owner, reply);
    again.push(...keys);
  }
  return { sent, direct: sent, again, reason };
}

/** What stands in the way is looked at key by key; whatever an owner takes from no source, it may take from here. */
function refusedBy(run: ImportRun, owner: Owner, reply: Settled | undefined): string {
  const text = reply && !reply.ok ? reply.error.message : "a reply is missing";
  const { kind } = judgeReply(text);
  if (kind === "conflict") run.mayHold = true;
  else if (kind === "stop" || (kind === "unknown" && !isFromTarget(text))) run.reach.set(owner.id, "not");
  return `${owner.name}: ${text}`;
}
