import type { ProofLine } from "@/lib/operation";
import { isUp, owners } from "@/lib/plans/members";
import type { StepOf } from "@/lib/plans/step";
import { type Library, librariesOf } from "@/server/backup/libraries";
import { keyText } from "@/server/migrate/key-text";
import { readRdb } from "@/server/rdb/read";
import { restorable } from "@/server/rdb/restore";
import type { StepContext } from "./context";
import { loadedOn } from "./load-functions";
import { line, stepsOf } from "./proof-lines";
import { isThere, shardFileOf } from "./restore-shard";
import { restoreTarget } from "./restore-target";

const SAMPLED_A_FILE = 200;
const NAMED = 12;

/** Read from the files once more and from the owners: no line rests on what RESTORE replied, but the count of those. */
export async function restoreProof(context: StepContext): Promise<readonly ProofLine[]> {
  const operation = context.operation();
  const steps = stepsOf({ operation }, "restore-shard");
  if (steps.length === 0) return [];
  const keys = steps.reduce((sum, step) => sum + step.keys, 0);
  const answered = operation.steps.reduce((sum, step) => sum + step.keysMoved, 0);
  const found = await countedKeys(context);
  const samples = await Promise.all(steps.map((step) => sampleOf(step, context)));
  const sampled = samples.reduce((sum, one) => sum + one.sampled, 0);
  const differing = samples.flatMap((one) => one.differing);
  return [
    ...(await functionLines(context)),
    answered >= keys
      ? line("restored", "pass", { keys, files: steps.length })
      : line("restored", "fail", { keys, done: answered }),
    found === keys ? line("restore-counts", "pass", { keys }) : line("restore-counts", "unknown", { keys, found }),
    differing.length === 0
      ? line("restore-sample", "pass", { sampled })
      : line("restore-sample", "fail", { sampled, keys: differing.slice(0, NAMED) }),
  ];
}

/** With `skip` a library of that name may be another one; then its name is all that is asked for. */
async function functionLines(context: StepContext): Promise<readonly ProofLine[]> {
  const steps = stepsOf({ operation: context.operation() }, "load-functions");
  const [first] = steps;
  if (!first) return [];
  const { backup, existing } = first;
  const manifest = await context.backups.read(backup.clusterId, backup.id);
  const { libraries, differing } = await librariesOf(context.backups.of(backup), manifest);
  const up = new Set(
    owners(await context.sweep())
      .filter(isUp)
      .map(({ id }) => id),
  );
  const asked = steps.filter(({ nodeId }) => up.has(nodeId));
  const missing = await Promise.all(
    asked.map(async ({ nodeId }) => {
      const loaded = await loadedOn(await context.link(nodeId));
      const isMissing = ({ name, code }: Library) =>
        existing === "skip" ? !loaded.has(name) : !loaded.get(name)?.equals(code);
      return libraries.filter(isMissing).map(({ name }) => `${name} on ${context.name(nodeId)}`);
    }),
  );
  return [
    missing.flat().length === 0
      ? line("restore-functions", "pass", { libraries: libraries.length, nodes: asked.length })
      : line("restore-functions", "fail", { missing: missing.flat().slice(0, NAMED) }),
    ...(differing.length === 0 ? [] : [line("restore-functions", "unknown", { libraries: differing })]),
  ];
}

async function countedKeys(context: StepContext): Promise<number> {
  const nodes = owners(await context.sweep()).filter(isUp);
  const sizes = await Promise.all(nodes.map(async ({ id }) => Number(await (await context.link(id)).call(["DBSIZE"]))));
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** What was there before and stayed is not the backup's: with `skip` nothing is compared. */
async function sampleOf(step: StepOf<"restore-shard">, context: StepContext) {
  const differing: string[] = [];
  if (step.existing === "skip") return { sampled: 0, differing };
  const target = await restoreTarget(context, step.accepts);
  const { file, keys } = await shardFileOf(step, context);
  const every = Math.max(1, Math.ceil(keys / SAMPLED_A_FILE));
  let seen = 0;
  let sampled = 0;
  for await (const record of readRdb(context.backups.of(step.backup).chunks(file), { signal: context.signal })) {
    if (record.kind !== "key" || seen++ % every !== 0) continue;
    sampled++;
    const one = restorable(record, target);
    if (!(await isThere(one, await context.bulk(target.ownerOf(one.slot))))) differing.push(keyText(one.key));
  }
  return { sampled, differing };
}
