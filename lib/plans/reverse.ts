import { unionRanges } from "@/lib/cluster/slots";
import type { Operation } from "@/lib/operation";
import type { WishDraft } from "@/lib/wire/wizard-link";

/**
 * The wish that takes back what an operation has done, to be planned and shown like any other: slots go back to where
 * they came from, settings to what each node had. What left a shard that is gone since is refused when it is planned.
 */
export function reverseDraft(operation: Pick<Operation, "plan" | "steps">): WishDraft | undefined {
  return rolledBack(operation) ?? settingsBack(operation) ?? slotsBack(operation) ?? movesBack(operation);
}

type Done = Pick<Operation, "plan" | "steps">;

/** Whatever may have been carried out. */
const begunIn = ({ plan, steps }: Done) =>
  plan.steps.filter(({ id }) => {
    const state = steps.find((progress) => progress.stepId === id)?.state;
    return state === "done" || state === "failed" || state === "running";
  });

/** What was changed while nodes were away is changed back in the same way; a host gets back what it had. */
function rolledBack(operation: Done): WishDraft | undefined {
  const steps = begunIn(operation).flatMap((step) => (step.kind === "restart-node" ? [step] : []));
  const { verb, wish } = operation.plan;
  if (verb === "maintenance")
    return wish.end !== true && begunIn(operation).length > 0 ? { verb, host: wish.host, end: true } : undefined;
  const each = steps.flatMap(({ nodeId, settings }) =>
    settings ? [{ nodeId, settings: settings.map(({ name, before }) => ({ name, value: before })) }] : [],
  );
  if (each.length > 0) return { verb: "rolling-config", each };
  const [first] = steps.flatMap(({ engine }) => engine?.from ?? []);
  if (!first) return undefined;
  return { verb: "rolling-upgrade", engine: first.path, nodeIds: steps.map(({ nodeId }) => nodeId) };
}

/** Each node gets what it had. */
function settingsBack(operation: Done): WishDraft | undefined {
  const each = begunIn(operation).flatMap((step) =>
    step.kind === "set-config"
      ? [{ nodeId: step.nodeId, settings: step.settings.map(({ name, before }) => ({ name, value: before })) }]
      : [],
  );
  return each.length > 0 ? { verb: "config", each } : undefined;
}

/** Slots that were added by hand are deleted, and the other way round where one node owned them. */
function slotsBack(operation: Done): WishDraft | undefined {
  const steps = begunIn(operation);
  const added = steps.find((step) => step.kind === "add-slots" && step.member);
  if (added?.kind === "add-slots") return { verb: "del-slots", ranges: added.ranges };
  const [deleted, ...more] = steps.filter((step) => step.kind === "del-slots");
  if (deleted?.kind !== "del-slots" || more.length > 0) return undefined;
  return { verb: "add-slots", nodeId: deleted.nodeId, ranges: deleted.ranges };
}

function movesBack(operation: Done): WishDraft | undefined {
  const moved = operation.plan.steps.flatMap((step) => {
    if (step.kind !== "move-slots") return [];
    const ranges = operation.steps.find((progress) => progress.stepId === step.id)?.moved ?? [];
    return ranges.length > 0 ? [{ source: step.source, ranges }] : [];
  });
  const back = [...new Set(moved.map((move) => move.source))].map((target) => ({
    target,
    ranges: unionRanges(...moved.filter((move) => move.source === target).map((move) => move.ranges)),
  }));
  const [first, ...also] = back;
  return first && { verb: "reshard", ...first, ...(also.length > 0 ? { also } : {}) };
}
