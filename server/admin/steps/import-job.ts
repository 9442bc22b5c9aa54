import { eachSlot } from "@/lib/cluster/slots";
import { type ImportSource, sourceName } from "@/lib/import-source";
import { isUp, nodeName, owners } from "@/lib/plans/members";
import type { StepOf } from "@/lib/plans/step";
import type { ImportJob, Owner, Owners } from "@/server/import/job";
import { type OpenSource, openSource } from "@/server/import/open-source";
import { rdbVersionOf } from "@/server/rdb/versions";
import { refuse } from "@/server/refuse";
import type { StepContext } from "./context";

export type Importing = StepOf<"import-keys">;

/** What an import is given of its step's surroundings. */
export function importJob(step: Importing, context: StepContext, nodeTimeoutMs: number): ImportJob {
  return {
    step,
    nodeTimeoutMs,
    isLocked: context.imports.isLocked(),
    openSource: () => openAt(step, step.source, context),
    openOthers: () => Promise.all(othersOf(step, context).map((source) => openAt(step, source, context))),
    replicate: ({ seen }, left) =>
      context.imports.replicate({ access: step.access, endpoint: seen.endpoint, left, signal: context.signal }),
    skipsOthers: context.plan.wish.otherDatabases === "skip",
    mayCutOver: () => step.cutsOver === true || context.operation().cutOver === true,
    say: context.imports.say,
    owners: () => ownersNow(context),
    link: context.bulk,
    tell: (id, sent) => (id === undefined ? context.imports.tell(sent) : context.tell(id, sent)),
    journal: { ...context.imports.journal(step.id), keep: context.journal.keepValue },
    report: (keysMoved, bytesMoved) =>
      context.report({ moved: [], keysMoved, bytesMoved, keysUncertain: 0, openSlots: [] }),
    shouldStop: context.shouldStop,
    signal: context.signal,
  };
}

const othersOf = (step: Importing, { plan }: StepContext): readonly ImportSource[] =>
  plan.steps.flatMap((one) => (one.kind === step.kind && one.id !== step.id ? [one.source] : []));

export async function openAt(
  { access, db }: Importing,
  source: ImportSource,
  { imports }: StepContext,
): Promise<OpenSource> {
  const opened = await openSource(source, (endpoint, whom) => imports.dial(access, endpoint, whom));
  if (db === 0) return opened;
  const [selected] = await opened.link.pipeline([["SELECT", db]]);
  if (selected?.ok) return opened;
  opened.link.close();
  const reason = `${selected?.error.message ?? "a reply is missing"}.`;
  throw refuse("refused", "importSourceRefused", { source: sourceName(source), command: `SELECT ${db}`, reason });
}

export async function ownersNow(context: Pick<StepContext, "sweep">): Promise<Owners> {
  const topology = await context.sweep();
  const bySlot: Owner[] = [];
  const all: Owner[] = [];
  const versions: number[] = [];
  let keys = 0;
  for (const node of owners(topology).filter(isUp)) {
    const { engine, version = "unknown", keys: has = 0 } = node.stats ?? {};
    const known = rdbVersionOf(engine === "valkey" ? "valkey" : "redis", version);
    if (known === undefined) throw refuse("refused", "restoreVersion", { node: nodeName(node), version });
    const replicas = topology.nodes.filter((one) => one.primaryId === node.id && isUp(one)).map((one) => one.id);
    const owner = { id: node.id, name: nodeName(node), endpoint: node.endpoint, replicas };
    for (const slot of eachSlot(node.ranges)) bySlot[slot] = owner;
    all.push(owner);
    versions.push(known);
    keys += has;
  }
  const of: Owners["of"] = (slot) => {
    const owner = bySlot[slot];
    if (owner) return owner;
    throw refuse("unreachable", "importNoOwner", { slot });
  };
  return { of, all, rdbVersion: Math.min(...versions), keys };
}
