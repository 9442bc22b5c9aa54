import { formatEndpoint } from "@/lib/cluster/node";
import type { ProcessFacts } from "../facts";
import { isUp, nodeName, owners } from "../members";
import type { WishOf } from "../wish";
import { noOtherOperation, rights, secondWriterSeen } from "./cluster-rows";
import type { Context } from "./context";
import { fails, failuresOr, hold, note, passes, type Row, refuse, unknown } from "./line";

/** Everything stops, or starts: it never needs that all is well, but it says what nobody here can do. */
export const stopClusterTable = (how: WishOf<"stop-cluster">["how"]): readonly Row[] => [
  refuse(noOtherOperation),
  refuse(how === "save" ? rights : () => []),
  hold(keepsAll(how)),
  note(servesNobody),
  note(othersByHand(false)),
  note(secondWriterSeen),
];

export const startClusterTable = (stopped: readonly ProcessFacts[]): readonly Row[] => [
  refuse(noOtherOperation),
  note(startsHere(stopped)),
  note(othersByHand(true)),
];

/** What is in memory alone goes with the last process of its shard. */
export const keepsAll =
  (how: WishOf<"stop-cluster">["how"]): Row["check"] =>
  ({ facts }) => {
    if (how === "save") return [];
    const heads = owners(facts.topology).filter((node) => facts.managed[node.id]?.running);
    const failures = heads.flatMap((node) => {
      const keys = node.stats?.keys ?? 0;
      const keeps = facts.nodes[node.id]?.keepsData;
      if (keys === 0 || keeps) return [];
      const told = { node: nodeName(node), keys };
      return [keeps === undefined ? unknown("keeps-all", told) : fails("keeps-all", told)];
    });
    return failuresOr(failures, passes("keeps-all", { nodes: heads.length }));
  };

export const servesNobody = ({ stopped }: Context) => [fails("serves-nobody", { nodes: stopped.length })];

/** Members whose process this console cannot touch. */
export const othersByHand =
  (starts: boolean): Row["check"] =>
  ({ facts }) => {
    const others = facts.topology.nodes.filter((node) => isUp(node) !== starts && !facts.managed[node.id]);
    return [
      others.length > 0
        ? fails("managed-nodes", { nodes: others.map(nodeName), starts })
        : passes("managed-nodes", { nodes: Object.keys(facts.managed).length }),
    ];
  };

const startsHere =
  (stopped: readonly ProcessFacts[]): Row["check"] =>
  () => [passes("starts-here", { nodes: stopped.map(({ endpoint }) => formatEndpoint(endpoint)) })];
