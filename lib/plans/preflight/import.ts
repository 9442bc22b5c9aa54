import type { SourceFacts } from "../facts";
import { isUp, nodeName, owners } from "../members";
import type { WishOf } from "../wish";
import {
  involvedAnswer,
  involvedSlotsClosed,
  involvedViewsAgree,
  noOtherOperation,
  othersAnswer,
  rights,
  secondWriterSeen,
  slotsCovered,
} from "./cluster-rows";
import type { Context } from "./context";
import { fails, failuresOr, hold, note, passes, type Row, refuse, unknown, type Verdict } from "./line";
import { noEvictions } from "./restore";

type Asked = WishOf<"import">;
type Sources = readonly SourceFacts[];

export const importTable = (wish: Asked, sources: Sources): readonly Row[] => [
  refuse(noOtherOperation),
  refuse(() => answers(sources)),
  refuse(() => standsAlone(sources)),
  refuse(() => isPrimary(sources)),
  refuse(() => isNew(sources)),
  refuse(() => oneEach(sources)),
  refuse(() => databases(wish, sources)),
  refuse(() => sourceRights(sources)),
  refuse(involvedAnswer),
  refuse(slotsCovered),
  refuse(involvedSlotsClosed),
  refuse(rights),
  refuse((context) => memory(context, sources, wish.db)),
  ...(wish.way === "follow" ? [refuse(isEmpty), note(writersHeld(sources))] : []),
  ...(wish.present === "refuse" ? [refuse(() => sameThere(sources))] : [note(() => sameThere(sources))]),
  refuse(() => onOneOnly(sources)),
  hold(noEvictions),
  hold((context) => bigKeys(context, sources)),
  ...(wish.way === "move" ? [hold(guardedOwners)] : []),
  note(() => withoutFunctions(sources)),
  note(secondWriterSeen),
  note(involvedViewsAgree),
  note(othersAnswer),
];

const answered = (sources: Sources): Sources => sources.filter((one) => one.reach === "answered");

function answers(sources: Sources): readonly Verdict[] {
  const silent = sources
    .filter((one) => one.reach !== "answered")
    .map(({ name, reach, reason = "no answer" }) => fails("import-source-answers", { source: name, reach, reason }));
  return failuresOr(silent, passes("import-source-answers", { sources: sources.map((one) => one.name) }));
}

function standsAlone(sources: Sources): readonly Verdict[] {
  const members = answered(sources).filter((one) => one.clusterEnabled);
  return failuresOr(
    members.map(({ name }) => fails("import-source-alone", { source: name })),
    passes("import-source-alone", {}),
  );
}

function isPrimary(sources: Sources): readonly Verdict[] {
  const replicas = answered(sources).filter((one) => one.role === "replica");
  return failuresOr(
    replicas.map(({ name }) => fails("import-source-primary", { source: name })),
    passes("import-source-primary", {}),
  );
}

/** 5.0: MEMORY USAGE, RESTORE ABSTTL, UNLINK, streams. */
function isNew(sources: Sources): readonly Verdict[] {
  const old = answered(sources).filter(({ version }) => !(Number.parseInt(version ?? "", 10) >= 5));
  return failuresOr(
    old.map(({ name, version = "?" }) => fails("import-source-version", { source: name, version })),
    passes("import-source-version", {}),
  );
}

/** The same process under two names would be moved twice. */
function oneEach(sources: Sources): readonly Verdict[] {
  const twice = answered(sources).filter(
    (one, i, all) => one.runId !== undefined && all.findIndex((other) => other.runId === one.runId) < i,
  );
  return failuresOr(
    twice.map(({ name }) => fails("import-source-once", { source: name })),
    passes("import-source-once", {}),
  );
}

function databases({ db, otherDatabases }: Asked, sources: Sources): readonly Verdict[] {
  const others = answered(sources).flatMap(({ name, databases: all = [] }) =>
    all.filter((one) => one.db !== db).map((one) => ({ ...one, name })),
  );
  const where = others.map((one) => `${one.keys} in database ${one.db} of ${one.name}`);
  if (others.length === 0 || otherDatabases === "skip") return [passes("import-databases", { db, skipped: where })];
  return [fails("import-databases", { db, where })];
}

function sourceRights(sources: Sources): readonly Verdict[] {
  const denied = answered(sources).flatMap(({ name, deniedCommands = [] }) =>
    deniedCommands.length > 0 ? [fails("import-source-rights", { source: name, commands: deniedCommands })] : [],
  );
  if (denied.length > 0) return denied;
  const notAsked = answered(sources).filter((one) => one.deniedCommands === undefined);
  if (notAsked.length > 0) return [unknown("import-source-rights", { sources: notAsked.map((one) => one.name) })];
  return [passes("import-source-rights", {})];
}

/** Keys spread evenly over the slots: what comes to an owner is its share of them. */
function memory({ facts: { topology } }: Context, sources: Sources, db: number): readonly Verdict[] {
  const bytes = answered(sources).reduce((sum, { databases: all = [], sizes }) => {
    const keys = all.find((one) => one.db === db)?.keys ?? 0;
    return sum + keys * (sizes?.bytesPerKey ?? 0);
  }, 0);
  const full = owners(topology).flatMap((node) => {
    const { maxBytes = 0, usedBytes = 0 } = node.stats ?? {};
    const slots = topology.shards.find((shard) => shard.primaryId === node.id)?.slots ?? 0;
    const comes = (bytes * slots) / 16_384;
    return maxBytes > 0 && usedBytes + comes > maxBytes
      ? [
          fails("import-memory", {
            node: nodeName(node),
            bytes: Math.round(comes),
            free: Math.max(0, maxBytes - usedBytes),
          }),
        ]
      : [];
  });
  return failuresOr(full, passes("import-memory", { bytes: Math.round(bytes) }));
}

function sameThere(sources: Sources): readonly Verdict[] {
  const drawn = answered(sources).reduce((sum, one) => sum + (one.drawn?.keys ?? 0), 0);
  const keys = answered(sources).flatMap((one) => one.drawn?.differing ?? []);
  return [keys.length > 0 ? fails("import-present", { drawn, keys }) : passes("import-present", { drawn })];
}

/** What it has then is the sources' alone, and may be replaced and deleted as they are written to. */
function isEmpty({ facts: { topology } }: Context): readonly Verdict[] {
  const keys = owners(topology).reduce((sum, node) => sum + (node.stats?.keys ?? 0), 0);
  return [keys > 0 ? fails("import-follow-empty", { keys }) : passes("import-follow-empty", {})];
}

/** CLIENT PAUSE holds writers alone from 6.2 on. */
const writersHeld = (sources: Sources) => (): readonly Verdict[] => {
  const old = answered(sources).filter(({ version = "" }) => {
    const [major = 0, minor = 0] = version.split(".").map(Number);
    return major < 6 || (major === 6 && minor < 2);
  });
  return failuresOr(
    old.map(({ name }) => fails("import-cut-over", { source: name })),
    passes("import-cut-over", {}),
  );
};

function onOneOnly(sources: Sources): readonly Verdict[] {
  if (sources.length < 2) return [];
  const drawn = answered(sources).reduce((sum, one) => sum + (one.drawn?.keys ?? 0), 0);
  const keys = [...new Set(answered(sources).flatMap((one) => one.drawn?.onOthers ?? []))];
  return [keys.length > 0 ? fails("import-two-sources", { drawn, keys }) : passes("import-two-sources", { drawn })];
}

/** 20 MB/s is what one big hash takes (FAULTS e6b): the owner serves nobody meanwhile. */
const BIG_BYTES_PER_MS = 20_000;

function bigKeys({ facts: { topology } }: Context, sources: Sources): readonly Verdict[] {
  const limit = (topology.nodeTimeoutMs / 2) * BIG_BYTES_PER_MS;
  const big = answered(sources).flatMap(({ name, sizes }) =>
    sizes?.biggest && sizes.biggest.bytes > limit
      ? [fails("import-big-keys", { source: name, key: sizes.biggest.key, bytes: sizes.biggest.bytes, limit })]
      : [],
  );
  return failuresOr(big, passes("import-big-keys", {}));
}

/** The source has lost a key when the owner alone has it. */
function guardedOwners({ facts: { topology } }: Context): readonly Verdict[] {
  const bare = owners(topology)
    .filter((node) => !topology.nodes.some((one) => one.primaryId === node.id && isUp(one)))
    .map(nodeName);
  return [bare.length > 0 ? fails("import-guarded", { nodes: bare }) : passes("import-guarded", {})];
}

function withoutFunctions(sources: Sources): readonly Verdict[] {
  const with_ = answered(sources).filter((one) => (one.functions ?? 0) > 0);
  return failuresOr(
    with_.map(({ name, functions = 0 }) => fails("import-functions", { source: name, functions })),
    passes("import-functions", {}),
  );
}
