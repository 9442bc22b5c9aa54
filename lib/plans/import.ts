import { formatEndpoint } from "@/lib/cluster/node";
import { plans } from "@/lib/words/en/plans";
import { entry, ownCommand, quoted, remark } from "./cli-lines";
import { draftPlan, type PlanDraft } from "./draft";
import type { Facts, SourceFacts } from "./facts";
import { owners } from "./members";
import { importTable } from "./preflight/import";
import type { WishOf } from "./wish";

type Asked = WishOf<"import">;

/** Sources side by side, each with a cursor of its own; then what both sides hold is compared. */
export function planImport(facts: Facts, wish: Asked): PlanDraft {
  const { access, way, db, present, accepts, batchKeys, timeoutMs } = wish;
  const sources = facts.sources ?? [];
  return draftPlan({
    facts,
    wish,
    steps: [
      ...sources.map((one) => ({
        kind: "import-keys" as const,
        phase: 0,
        source: one.source,
        ...(access === undefined ? {} : { access }),
        way,
        db,
        present,
        accepts,
        ...(batchKeys === undefined ? {} : { batchKeys }),
        ...(timeoutMs === undefined ? {} : { timeoutMs }),
        ...sizeOf(one, db),
      })),
      { kind: "prove", phase: 1 },
    ],
    table: importTable(wish, sources),
    context: { involved: owners(facts.topology).map((node) => node.id) },
    commands: { own: [ownImport(facts, wish)], redisCli: redisCliImport(facts, wish) },
    ...(present === "replace" ? { mustType: plans.confirm.importReplace() } : {}),
  });
}

function sizeOf({ databases, sizes }: SourceFacts, db: number) {
  const keys = databases?.find((one) => one.db === db)?.keys ?? 0;
  return { keys, ...(sizes ? { bytes: Math.round(keys * sizes.bytesPerKey) } : {}) };
}

function ownImport(facts: Facts, { from: sources, access, way, db, otherDatabases, present, ...rest }: Asked): string {
  const named = sources.flatMap((source) =>
    source.kind === "server"
      ? [`--cluster-from ${formatEndpoint(source.endpoint)}`]
      : [
          ...source.sentinels.map((one) => `--from-sentinel ${formatEndpoint(one)}`),
          `--from-name ${quoted(source.name)}`,
        ],
  );
  return ownCommand(
    "import",
    entry(facts),
    ...named,
    ...(access === undefined ? [] : ["--cluster-from-askpass"]),
    ...(way === "copy" ? ["--cluster-copy"] : []),
    ...(db === 0 ? [] : [`--db ${db}`]),
    ...(otherDatabases === "skip" ? ["--other-databases skip"] : []),
    ...(present === "replace" ? ["--cluster-replace"] : present === "keep" ? ["--present keep"] : []),
    ...(rest.batchKeys === undefined ? [] : [`--cluster-pipeline ${rest.batchKeys}`]),
    ...(rest.timeoutMs === undefined ? [] : [`--cluster-timeout ${rest.timeoutMs}`]),
  );
}

function redisCliImport(facts: Facts, { from: sources, way, present }: Asked): readonly string[] {
  if (way === "follow") return [remark(plans.redisCliDiffers.importFollow)];
  const flags = [
    ...(way === "copy" ? ["--cluster-copy"] : []),
    ...(present === "replace" ? ["--cluster-replace"] : []),
  ];
  const lines = sources.map((source) => {
    const from = source.kind === "server" ? formatEndpoint(source.endpoint) : "<its primary>";
    return ["redis-cli --cluster import", entry(facts), `--cluster-from ${from}`, ...flags].join(" ");
  });
  const isAsked = sources.some((source) => source.kind === "sentinel");
  return [
    ...lines,
    remark(plans.redisCliDiffers.import),
    ...(isAsked ? [remark(plans.redisCliDiffers.importSentinel)] : []),
  ];
}
