import type { CandidateFacts } from "../facts";
import { isNewer } from "../version";
import type { Context } from "./context";
import { fails, failuresOr, passes, unknown, type Verdict } from "./line";

/**
 * Rows about a node that is to join. One mistaken MEET between two live clusters destroyed half of the keys within a
 * third of a second (FAULTS e8), so a candidate proves that it is empty and alone before it is met.
 */
type Judge = (candidate: CandidateFacts) => Verdict | undefined;

/** Candidates that answered, each judged; all well in one line. */
function each({ joining }: Context, judge: Judge, pass: (answered: readonly CandidateFacts[]) => Verdict) {
  const answered = joining.filter((candidate) => candidate.reach === "answered");
  if (answered.length === 0) return [];
  return failuresOr(
    answered.map(judge).filter((verdict) => verdict !== undefined),
    pass(answered),
  );
}

export function candidateAnswers({ joining }: Context): readonly Verdict[] {
  const silent = joining.flatMap((candidate) =>
    candidate.reach === "answered" || candidate.reach === "wrong-password"
      ? []
      : [fails("candidate-answers", { node: candidate.name, reason: candidate.reason ?? candidate.reach })],
  );
  return failuresOr(silent, passes("candidate-answers", { nodes: joining.length }));
}

export function candidateLogin({ joining }: Context): readonly Verdict[] {
  const refused = joining.filter((candidate) => candidate.reach === "wrong-password");
  if (refused.length > 0) return refused.map(({ name }) => fails("candidate-login", { node: name }));
  const nodes = joining.filter((candidate) => candidate.reach === "answered").length;
  return nodes > 0 ? [passes("candidate-login", { nodes })] : [];
}

export const candidateClusterMode = (context: Context): readonly Verdict[] =>
  each(
    context,
    (c) => (c.clusterEnabled === false ? fails("candidate-cluster-mode", { node: c.name }) : undefined),
    ({ length }) => passes("candidate-cluster-mode", { nodes: length }),
  );

export const candidateAlone = (context: Context): readonly Verdict[] =>
  each(
    context,
    (c) => ((c.knownNodes ?? 1) > 1 ? fails("candidate-alone", { node: c.name, known: c.knownNodes ?? 0 }) : undefined),
    ({ length }) => passes("candidate-alone", { nodes: length }),
  );

export const candidateNoSlots = (context: Context): readonly Verdict[] =>
  each(
    context,
    (c) => ((c.slots ?? 0) > 0 ? fails("candidate-no-slots", { node: c.name, slots: c.slots ?? 0 }) : undefined),
    ({ length }) => passes("candidate-no-slots", { nodes: length }),
  );

export const candidateEmpty = (context: Context): readonly Verdict[] =>
  each(
    context,
    (c) => {
      if (c.keys === undefined)
        return c.clusterEnabled === false ? undefined : unknown("candidate-empty", { node: c.name });
      const keys = c.keys.reduce((sum, db) => sum + db.keys, 0);
      const databases = c.keys.map((db) => `db${db.db}: ${db.keys}`).join(", ");
      return keys > 0 ? fails("candidate-empty", { node: c.name, keys, databases }) : undefined;
    },
    ({ length }) => passes("candidate-empty", { nodes: length }),
  );

export const candidateNoFunctions = (context: Context): readonly Verdict[] =>
  each(
    context,
    (c) =>
      c.functions && c.functions.length > 0
        ? fails("candidate-no-functions", { node: c.name, libraries: c.functions })
        : undefined,
    ({ length }) => passes("candidate-no-functions", { nodes: length }),
  );

export const candidatePrimary = (context: Context): readonly Verdict[] =>
  each(
    context,
    (c) => (c.role === "replica" ? fails("candidate-primary", { node: c.name }) : undefined),
    ({ length }) => passes("candidate-primary", { nodes: length }),
  );

export const candidateElsewhere = (context: Context): readonly Verdict[] =>
  each(
    context,
    (c) => (c.memberOf ? fails("candidate-elsewhere", { node: c.name, cluster: c.memberOf }) : undefined),
    ({ length }) => passes("candidate-elsewhere", { nodes: length }),
  );

export const candidateNotMember = (context: Context): readonly Verdict[] =>
  each(
    context,
    (c) =>
      context.facts.topology.nodes.some((node) => node.id === c.id)
        ? fails("candidate-rejoin", { node: c.name })
        : undefined,
    ({ length }) => passes("candidate-rejoin", { nodes: length }),
  );

export const candidateBus = (context: Context): readonly Verdict[] =>
  each(
    context,
    (c) => {
      if (c.busReachable === false)
        return fails("candidate-bus", { node: c.name, port: c.busPort ?? c.endpoint.port + 10_000 });
      return c.busReachable === undefined ? unknown("candidate-bus", { node: c.name }) : undefined;
    },
    ({ length }) => passes("candidate-bus", { nodes: length }),
  );

/** The newest version of the members that answer: what a new node must be able to read. */
function clusterVersion({ facts }: Context): string | undefined {
  const versions = facts.topology.nodes.flatMap((node) => (node.stats ? [node.stats.version] : []));
  return versions.reduce<string | undefined>((top, v) => (top === undefined || isNewer(v, top) ? v : top), undefined);
}

export function candidateVersion(context: Context): readonly Verdict[] {
  const cluster = clusterVersion(context);
  if (cluster === undefined) return [];
  return each(
    context,
    (c) =>
      c.version !== undefined && isNewer(cluster, c.version)
        ? fails("candidate-version", { node: c.name, version: c.version, cluster })
        : undefined,
    ({ length }) => passes("candidate-version", { nodes: length }),
  );
}

export function candidateSameVersion(context: Context): readonly Verdict[] {
  const cluster = clusterVersion(context);
  if (cluster === undefined) return [];
  return each(
    context,
    (c) =>
      c.version !== undefined && isNewer(c.version, cluster)
        ? fails("candidate-same-version", { node: c.name, version: c.version, cluster })
        : undefined,
    ({ length }) => passes("candidate-same-version", { nodes: length }),
  );
}

export function candidateTimeout(context: Context): readonly Verdict[] {
  const cluster = context.facts.topology.nodeTimeoutMs;
  return each(
    context,
    (c) =>
      c.nodeTimeoutMs !== undefined && c.nodeTimeoutMs !== cluster
        ? fails("candidate-timeout", { node: c.name, ms: c.nodeTimeoutMs, cluster })
        : undefined,
    ({ length }) => passes("candidate-timeout", { nodes: length }),
  );
}

export function oneVersion({ joining }: Context): readonly Verdict[] {
  const versions = [...new Set(joining.flatMap((c) => (c.version ? [c.version] : [])))];
  return [versions.length > 1 ? fails("one-version", { versions }) : passes("one-version", {})];
}
