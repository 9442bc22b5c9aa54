import type { NodeId } from "@/lib/cluster/node";
import { formatEndpoint } from "@/lib/cluster/node";
import type { CandidateFacts } from "./facts";
import type { Candidate } from "./step";
import { wrong } from "./wrong";

type Known = Pick<CandidateFacts, "endpoint" | "dial" | "busPort"> & { readonly id: NodeId };

/** As steps carry it. The bus port is named only when MEET would not find it by itself. */
export function candidateOf({ id, endpoint, dial, busPort }: Known): Candidate {
  const usual = busPort === undefined || busPort === endpoint.port + 10_000;
  return { id, endpoint, dial, ...(usual ? {} : { busPort }) };
}

/** The same node under two names, or the same name twice, is a mistake of the wish. */
export function refuseTwins(candidates: readonly CandidateFacts[]): void {
  const seen = new Set<string>();
  for (const { id, endpoint, name } of candidates) {
    for (const mark of [formatEndpoint(endpoint), ...(id === undefined ? [] : [id])]) {
      if (seen.has(mark)) throw wrong("planTwice", { node: name });
      seen.add(mark);
    }
  }
}
