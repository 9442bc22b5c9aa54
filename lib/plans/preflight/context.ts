import type { NodeId } from "@/lib/cluster/node";
import { chooseWay } from "../choose-way";
import type { CandidateFacts, Facts } from "../facts";
import type { Arrival } from "../headroom";
import type { Move } from "../pick";
import type { MovesBy } from "../way";

/** What the rows of a table look at: the facts, and what the plan would do with them. */
export type Context = {
  readonly facts: Facts;
  /** Members that the plan commands or rests on. */
  readonly involved: readonly NodeId[];
  readonly moves: readonly Move[];
  /** What comes from outside the cluster, and to whom; bytes in memory, absent where it is not known. */
  readonly arriving: readonly Arrival[];
  /** By which way they move; undefined when nothing does. */
  readonly movesBy: MovesBy | undefined;
  /** By target: replicas that the plan itself gives it before anything moves. */
  readonly newGuards: Readonly<Record<string, number | undefined>>;
  readonly joining: readonly CandidateFacts[];
  /** Members that are forgotten. */
  readonly leaving: readonly NodeId[];
  /** Members that shall follow another primary. */
  readonly reparented: readonly { readonly nodeId: NodeId; readonly primaryId: NodeId }[];
  /** Members that the wish means and that do not answer: nothing is sent to them. */
  readonly absent: readonly NodeId[];
  /** Processes that the plan stops. */
  readonly stopped: readonly NodeId[];
  /** Slots move that may be open already. */
  readonly mends: boolean;
};

const lists = { moves: [], arriving: [], joining: [], leaving: [], reparented: [], absent: [], stopped: [] };
const nothing = { ...lists, newGuards: {}, mends: false };

export type ContextInput = Partial<Omit<Context, "facts" | "movesBy">> & { readonly involved: readonly NodeId[] };

export function contextOf(facts: Facts, given: ContextInput): Context {
  const context = { ...nothing, ...given, facts };
  return { ...context, movesBy: chooseWay(context) };
}
