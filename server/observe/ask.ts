import { type ClusterInfo, formatEndpoint, type NodeId, type NodeStats, type ViewNode } from "@/lib/cluster/node";
import { type LineCache, parseClusterInfo, parseClusterNodes, parseInfo } from "@/lib/cluster/parse";
import { readStats } from "@/lib/cluster/stats";
import { OpsError } from "@/lib/errors";
import type { Command, Link, NodeReplyError } from "@/server/link";

/** What one node said. `nodes` is absent when it was not asked for. */
export type Said = {
  readonly info: ClusterInfo;
  readonly stats: NodeStats;
  readonly nodes: readonly ViewNode[] | undefined;
};

export type Question = {
  readonly id: NodeId;
  readonly withNodes: boolean;
  /** INFO takes several sections from 7.0 on; before, it is asked for whole. */
  readonly wholeInfo: boolean;
  readonly timeoutMs: number;
  readonly cache: LineCache;
  readonly now: () => number;
};

/** Redis itself advises against more than a thousand. */
export const MOST_NODES = 2000;

const INFO: Command = ["INFO", "server", "clients", "memory", "stats", "replication", "persistence", "keyspace"];

/**
 * One question in one write: CLUSTER INFO, INFO and, when wanted, CLUSTER NODES. Throws OpsError when any of them is
 * refused, or when the answer is no picture: a node without its own line has no view.
 */
export async function ask(link: Link, question: Question): Promise<Said> {
  const commands: Command[] = [["CLUSTER", "INFO"], question.wholeInfo ? ["INFO"] : INFO];
  if (question.withNodes) commands.push(["CLUSTER", "NODES"]);
  const replies = await link.pipeline(commands, { timeoutMs: question.timeoutMs });
  const texts = replies.map((reply) => {
    if (!reply.ok) throw refused(reply.error);
    return String(reply.value);
  });
  const [clusterInfo = "", info = "", nodesText] = texts;
  const nodes = nodesText === undefined ? undefined : parseClusterNodes(nodesText, question.cache);
  if (nodes && !nodes.some((node) => node.id === question.id && node.isMyself))
    throw new OpsError({
      code: "unreachable",
      sentence: "notAServer",
      message: `${formatEndpoint(link.endpoint)} answers CLUSTER NODES without a line about itself`,
      details: { endpoint: formatEndpoint(link.endpoint), reason: "CLUSTER NODES without a line about itself" },
    });
  if (nodes && nodes.length > MOST_NODES)
    throw new OpsError({
      code: "refused",
      sentence: "tooManyMembers",
      message: `${formatEndpoint(link.endpoint)} lists ${nodes.length} nodes; clusters of more than ${MOST_NODES} are not watched here.`,
      details: { endpoint: formatEndpoint(link.endpoint), nodes: nodes.length, most: MOST_NODES },
    });
  return { info: parseClusterInfo(clusterInfo), stats: readStats(parseInfo(info), question.now()), nodes };
}

/** The refusal of a server before 7.0 to INFO with several sections. */
export function wantsWholeInfo(error: unknown): boolean {
  return (
    error instanceof OpsError && error.sentence === "notAllowed" && /^ERR syntax|wrong number/i.test(reasonOf(error))
  );
}

const reasonOf = (error: OpsError) => String(error.details?.reason ?? "");

function refused(error: NodeReplyError): OpsError {
  const endpoint = formatEndpoint(error.endpoint);
  if (error.prefix === "LOADING")
    return new OpsError({
      code: "unreachable",
      sentence: "loading",
      message: `${endpoint} is loading its data`,
      details: { endpoint },
      cause: error,
    });
  return new OpsError({
    code: error.prefix === "NOAUTH" ? "unauthenticated" : "forbidden",
    sentence: "notAllowed",
    message: `${endpoint} lets this account in but not look: ${error.message}`,
    details: { endpoint, reason: error.message },
    cause: error,
  });
}
