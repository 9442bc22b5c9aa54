import { keySlot } from "@/lib/cluster/key-slot";
import type { NodeId } from "@/lib/cluster/node";
import { isOpsError } from "@/lib/errors";
import type { RefusalReason } from "@/lib/import-source";
import type { ProofLine } from "@/lib/operation";
import { proof } from "@/lib/words/en/proof";
import { isSameValue } from "@/server/backup/same-value";
import { HOLD_MS } from "@/server/import/follow-source";
import type { ImportState, Owner, Owners } from "@/server/import/job";
import { clockAhead, type Standing, scanPage, standingOf } from "@/server/import/keys";
import type { OpenSource } from "@/server/import/open-source";
import { payloadOf } from "@/server/import/payload";
import { keyText } from "@/server/migrate/key-text";
import type { RefusedKey } from "@/server/store/imports";
import type { StepContext } from "./context";
import { type Importing, openAt, ownersNow } from "./import-job";
import { line, stepsOf } from "./proof-lines";

const PAGE = 4000;
const SAMPLED_A_SOURCE = 500;
const NAMED = 12;

/** Both sides read once more, key by key: no line rests on a reply to what was sent. */
export async function importProof(context: StepContext): Promise<readonly ProofLine[]> {
  const steps = stepsOf({ operation: context.operation() }, "import-keys");
  if (steps.length === 0) return [];
  const owners = await ownersNow(context);
  const lines: ProofLine[] = [];
  for (const step of steps) {
    const { read, refused } = context.imports.journal(step.id);
    const state = read();
    if (!state) continue;
    const source = await openAt(step, step.source, context);
    try {
      lines.push(...(await linesHeld({ step, state, source, owners, context, refused: refused(), clocks: new Map() })));
    } finally {
      source.link.close();
    }
  }
  return lines;
}

type Evidence = {
  readonly step: Importing;
  readonly state: ImportState;
  readonly source: OpenSource;
  readonly owners: Owners;
  readonly context: StepContext;
  readonly refused: readonly RefusedKey[];
  /** By how much each owner's clock is ahead of the source's. */
  readonly clocks: Map<NodeId, number>;
};

/** A source that was cut over is held while it is compared; where that fails, its writers go on there. */
async function linesHeld(evidence: Evidence): Promise<readonly ProofLine[]> {
  const { step, source } = evidence;
  if (step.way !== "follow") return linesOf(evidence);
  await source.link.pipeline([["CLIENT", "PAUSE", HOLD_MS, "WRITE"]]);
  const lines = await linesOf(evidence);
  if (lines.some((one) => one.state === "fail")) await source.link.pipeline([["CLIENT", "UNPAUSE"]]);
  return lines;
}

async function linesOf(evidence: Evidence): Promise<readonly ProofLine[]> {
  const { step, state, source } = evidence;
  const { tally } = state;
  const name = source.seen.name;
  const found = await compare(evidence);
  // A source that was cut over and is written to all the same has left the cluster behind.
  const isOther = source.seen.written !== state.written || source.seen.runId !== state.runId;
  const isWritten = isOther && step.way !== "follow";
  return [
    step.way === "move" ? movedLine(name, state, found) : countsLine(name, found, isWritten),
    refusedLine(name, evidence.refused),
    ...(step.way === "move" ? [] : [sampleLine(name, found, isWritten || tally.kept > 0)]),
    ...expiryLine(name, step.way === "move" ? tally : found, isWritten),
    ...(tally.expired + tally.gone > 0
      ? [line("import-passed", "pass", { source: name, expired: tally.expired, gone: tally.gone })]
      : []),
  ];
}

type Found = {
  /** At the source, and in the cluster too, by type. */
  readonly types: Readonly<Record<string, number>>;
  /** At the source, not refused, and not in the cluster. */
  readonly missing: number;
  /** At the source and not refused: what a move should have taken. */
  readonly left: number;
  readonly named: readonly string[];
  readonly leftNamed: readonly string[];
  readonly timed: number;
  readonly untimed: number;
  readonly mostOffMs: number;
  readonly sampled: number;
  readonly differing: readonly string[];
};

async function compare(evidence: Evidence): Promise<Found> {
  const { source, state, step, context } = evidence;
  const refused = new Set(evidence.refused.map(({ key }) => key.toString("latin1")));
  const every = Math.max(1, Math.ceil(state.held / SAMPLED_A_SOURCE));
  const types: Record<string, number> = {};
  const [missing, left, sample]: [Buffer[], Buffer[], Buffer[]] = [[], [], []];
  const expiry = { timed: 0, untimed: 0, mostOffMs: 0 };
  let seen = 0;
  let cursor = "0";
  do {
    const page = await scanPage(source.link, cursor, PAGE);
    cursor = page.next;
    const wanted = page.keys.filter((key) => !refused.has(key.toString("latin1")));
    const here = await standingOf(source.link, wanted);
    const there = await standingThere(evidence, wanted);
    for (const [i, key] of wanted.entries()) {
      const own = here[i];
      if (!own || !("type" in own) || own.type === "none") continue;
      left.push(key);
      const { type = "none", expiresAtMs } = there.get(key.toString("latin1")) ?? {};
      if (type !== "none" && seen++ % every === 0 && sample.length < 2 * SAMPLED_A_SOURCE) sample.push(key);
      if (type === "none") missing.push(key);
      else types[type] = (types[type] ?? 0) + 1;
      if (type === "none" || (own.expiresAtMs === undefined && expiresAtMs === undefined)) continue;
      expiry.timed++;
      if (own.expiresAtMs === undefined || expiresAtMs === undefined) expiry.untimed++;
      else expiry.mostOffMs = Math.max(expiry.mostOffMs, Math.abs(own.expiresAtMs - expiresAtMs));
    }
    if (context.signal.aborted) break;
  } while (cursor !== "0");
  const differing = step.way === "move" ? [] : await differ(evidence, sample);
  const names = (keys: readonly Buffer[]) => keys.slice(0, NAMED).map(keyText);
  return {
    types,
    missing: missing.length,
    left: left.length,
    named: names(missing),
    leftNamed: names(left),
    ...expiry,
    sampled: sample.length,
    differing: names(differing),
  };
}

function grouped(owners: Owners, keys: readonly Buffer[]): ReadonlyMap<Owner, readonly Buffer[]> {
  const groups = new Map<Owner, Buffer[]>();
  for (const key of keys) {
    const owner = owners.of(keySlot(key));
    groups.set(owner, [...(groups.get(owner) ?? []), key]);
  }
  return groups;
}

/** By the clock of the source. */
async function standingThere(
  { owners, source, context, clocks }: Evidence,
  keys: readonly Buffer[],
): Promise<ReadonlyMap<string, Standing>> {
  const found = new Map<string, Standing>();
  await Promise.all(
    [...grouped(owners, keys)].map(async ([{ id }, some]) => {
      const link = await context.bulk(id);
      const ahead = clocks.get(id) ?? (await clockAhead(link, source.link));
      clocks.set(id, ahead);
      for (const [i, standing] of (await standingOf(link, some)).entries()) {
        if (!("type" in standing)) throw standing.ok ? new Error("a standing without a type") : standing.error;
        const { type, expiresAtMs } = standing;
        const at = expiresAtMs === undefined ? undefined : expiresAtMs - ahead;
        found.set((some[i] as Buffer).toString("latin1"), { type, expiresAtMs: at });
      }
    }),
  );
  return found;
}

async function differ(evidence: Evidence, keys: readonly Buffer[]): Promise<readonly Buffer[]> {
  const { source, step, owners, context } = evidence;
  const reader = { version: owners.rdbVersion, accepts: step.accepts };
  const differing: Buffer[] = [];
  for (const [{ id }, some] of grouped(evidence.owners, keys)) {
    const dumps = some.map((key) => ["DUMP", key]);
    const ours = await source.link.pipeline(dumps, { buffers: true });
    const theirs = await (await context.bulk(id)).pipeline(dumps, { buffers: true });
    for (const [i, key] of some.entries()) {
      const [own, their] = [ours[i], theirs[i]];
      if (!own?.ok || !their?.ok)
        throw own?.ok === false ? own.error : their?.ok === false ? their.error : new Error("");
      if (own.value === null && their.value === null) continue;
      const dump = Buffer.isBuffer(own.value)
        ? payloadOf({ key, dump: own.value, writes: source.seen.rdbVersion }, reader)
        : undefined;
      if (!dump || !Buffer.isBuffer(their.value) || !isSame(dump, their.value)) differing.push(key);
    }
  }
  return differing;
}

function isSame(a: Buffer, b: Buffer): boolean {
  try {
    return isSameValue(a, b);
  } catch (error) {
    if (isOpsError(error)) return a.equals(b);
    throw error;
  }
}

const told = (types: Readonly<Record<string, number>>): string =>
  Object.entries(types)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([type, keys]) => `${keys} of type ${type}`)
    .join(", ") || "no key";

function countsLine(source: string, { types, missing, named }: Found, isWritten: boolean): ProofLine {
  if (missing === 0) return line("import-counts", "pass", { source, types: told(types) });
  return line("import-counts", isWritten ? "unknown" : "fail", { source, keys: missing, named });
}

/** What stays at the source by the plan's own choice is no leftover. */
function movedLine(source: string, { tally }: ImportState, { left, leftNamed }: Found): ProofLine {
  const over = left - tally.kept;
  if (over <= 0) return line("import-moved", "pass", { source, types: told(tally.arrived) });
  return line("import-moved", "unknown", { source, keys: over, named: leftNamed });
}

function refusedLine(source: string, refused: readonly RefusedKey[]): ProofLine {
  if (refused.length === 0) return line("import-refused", "pass", { source });
  const counts = new Map<RefusalReason, number>();
  for (const { reason } of refused) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  const reasons = [...counts].map(([reason, keys]) => `${keys}: ${proof.refusals[reason]}`);
  return line("import-refused", "fail", {
    source,
    reasons,
    named: refused.slice(0, NAMED).map(({ key }) => keyText(key)),
  });
}

function sampleLine(source: string, { sampled, differing }: Found, isExcused: boolean): ProofLine {
  if (differing.length === 0) return line("import-sample", "pass", { source, sampled });
  return line("import-sample", isExcused ? "unknown" : "fail", { source, sampled, named: differing });
}

type Expiry = Pick<Found, "timed" | "untimed" | "mostOffMs">;

function expiryLine(source: string, { timed, untimed, mostOffMs }: Expiry, isWritten: boolean): readonly ProofLine[] {
  if (untimed > 0) return [line("import-expiry", isWritten ? "unknown" : "fail", { source, keys: untimed })];
  const mostMs = Math.round(mostOffMs * 10) / 10;
  return timed > 0 ? [line("import-expiry", "pass", { source, timed, mostMs })] : [];
}
