import { formatEndpoint } from "@/lib/cluster/node";
import type { Candidate } from "@/lib/plans/step";
import { operationErrors } from "@/lib/words/en/operation-errors";
import { askView, countKeys } from "@/server/admin/steps/ask";
import { candidatesOf } from "@/server/admin/steps/context";
import { resetAndVerify } from "@/server/admin/steps/reset";
import { unregister } from "./register";
import type { RunTools } from "./step-context";

/**
 * A create that is given up leaves its nodes as they were found: RESET HARD, on those that this plan proved empty and
 * that still are. As soon as one of them holds a key, clients use the cluster, and nothing is undone. Answers what was
 * left standing, as a sentence.
 */
export async function undoCreate(tools: RunTools): Promise<string | undefined> {
  const { parts, plan, links } = tools;
  const nodes = candidatesOf(plan);
  const found = await Promise.allSettled(
    nodes.map(async (node) => {
      const link = await links.get(node.id);
      return { node, link, keys: await countKeys(link), view: await askView(link, node.id, parts.now()) };
    }),
  );
  const reached = found.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  if (reached.some(({ keys }) => keys > 0)) return leftAlone(nodes);

  const context = { shouldStop: () => false, signal: tools.signal, now: parts.now };
  const undone = await Promise.allSettled(
    reached.map(async ({ node, link }) => {
      await resetAndVerify({ link, mode: "hard", node: formatEndpoint(node.endpoint) }, context);
      return node;
    }),
  );
  unregister(parts, plan);
  const clean = new Set(undone.flatMap((one) => (one.status === "fulfilled" ? [one.value.id] : [])));
  const rest = nodes.filter(({ id }) => !clean.has(id));
  return rest.length === 0 ? undefined : leftAlone(rest);
}

const leftAlone = (nodes: readonly Candidate[]): string =>
  operationErrors.createNotUndone({ nodes: nodes.map(({ endpoint }) => formatEndpoint(endpoint)) });
