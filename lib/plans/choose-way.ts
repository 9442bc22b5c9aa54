import type { NodeId } from "@/lib/cluster/node";
import { moveWays as words } from "@/lib/words/en/move-ways";
import type { CandidateFacts, Facts } from "./facts";
import { nameOf } from "./members";
import type { Move } from "./pick";
import { type AtomicWay, commandOf, type MovesBy, moveWays } from "./way";

type Choice = {
  readonly facts: Facts;
  readonly moves: readonly Move[];
  readonly joining: readonly CandidateFacts[];
  readonly mends?: boolean;
};

const atomicWays = moveWays.filter((way): way is AtomicWay => way !== "setslot");

/**
 * I17: one way for the whole operation. Atomic only where every source and every target offers the same dialect, by
 * its own answer; one that could not be asked offers none. A repair never: servers refuse to move by themselves what
 * is open by SETSLOT. Undefined when nothing moves.
 */
export function chooseWay({ facts, moves, joining, mends = false }: Choice): MovesBy | undefined {
  if (moves.length === 0) return undefined;
  if (mends) return { way: "setslot", why: words.mends() };
  const ids = [...new Set(moves.flatMap(({ source, target }) => [source, target]))];
  const newcomer = (id: NodeId) => joining.find((candidate) => candidate.id === id);
  const offersOf = (id: NodeId) => newcomer(id)?.offers ?? facts.nodes[id]?.offers;
  const nameIn = (id: NodeId) => newcomer(id)?.name ?? nameOf(facts.topology, id);
  const offered = atomicWays.filter((way) => ids.some((id) => offersOf(id)?.includes(way)));
  const common = offered.find((way) => ids.every((id) => offersOf(id)?.includes(way)));
  if (common) return { way: common, why: words.all({ nodes: ids.length, command: commandOf[common] }) };
  const [first] = offered;
  if (!first) return { way: "setslot", why: words.none({ nodes: ids.length }) };
  const without = ids.filter((id) => !offersOf(id)?.includes(first)).map(nameIn);
  return { way: "setslot", why: words.some({ without, command: commandOf[first] }) };
}
