import type { CandidateFacts } from "../facts";
import type { Context } from "./context";
import { fails, failuresOr, passes, unknown, type Verdict } from "./line";

/** Rows about settings of a node that is to join: with the wrong ones it joins, and never copies a byte (FAULTS 70). */
export function candidateSettings({ joining }: Context): readonly Verdict[] {
  const told = joining.filter((candidate) => candidate.differs !== undefined);
  if (told.length === 0) return [];
  return failuresOr(
    told.flatMap(({ name, differs = [] }) =>
      differs.length > 0 ? [fails("candidate-settings", { node: name, settings: differs })] : [],
    ),
    passes("candidate-settings", {}),
  );
}

/** Newcomers that become replicas now. */
export function candidateSyncs(context: Context): readonly Verdict[] {
  return signingIn(context.joining.filter((candidate) => isReplicaIn(context, candidate)));
}

/** Newcomers that are primaries now, and replicas after their first failover. */
export function candidateCouldSync(context: Context): readonly Verdict[] {
  return signingIn(context.joining.filter((candidate) => !isReplicaIn(context, candidate)));
}

const isReplicaIn = ({ reparented }: Context, { id }: CandidateFacts): boolean =>
  reparented.some((pair) => pair.nodeId === id);

function signingIn(candidates: readonly CandidateFacts[]): readonly Verdict[] {
  const asked = candidates.filter(({ reach, differs }) => reach === "answered" && differs !== undefined);
  if (asked.length === 0) return [];
  return failuresOr(
    asked.flatMap(({ name, syncLogin }) => {
      if (syncLogin === undefined) return [unknown("candidate-sync", { node: name })];
      return syncLogin === "accepted"
        ? []
        : [fails("candidate-sync", { node: name, missing: syncLogin === "missing" })];
    }),
    passes("candidate-sync", {}),
  );
}
