import { countSlots } from "@/lib/cluster/slots";
import type { TopologyNode } from "@/lib/cluster/topology";
import { guardsOf, nodeName, quorum, replicasOf } from "../members";
import { settingOf } from "../settings";
import type { WishOf } from "../wish";
import {
  involvedAnswer,
  involvedSlotsClosed,
  involvedViewsAgree,
  noOtherOperation,
  othersAnswer,
  otherViewsAgree,
  secondWriterSeen,
} from "./cluster-rows";
import { fails, failuresOr, hold, note, passes, type Row, refuse, unknown } from "./line";

type How = WishOf<"drill">["how"];

export const drillTable = (node: TopologyNode, how: How): readonly Row[] => [
  refuse(noOtherOperation),
  refuse(involvedAnswer),
  refuse(involvedViewsAgree),
  refuse(involvedSlotsClosed),
  refuse(debugAllowed(node, how)),
  hold(someoneTakesOver(node)),
  hold(keepsData(node, how)),
  hold(othersAnswer),
  hold(otherViewsAgree),
  note(secondWriterSeen),
];

const debugAllowed =
  (node: TopologyNode, how: How): Row["check"] =>
  ({ facts }) => {
    if (how !== "segfault") return [];
    const told = { node: nodeName(node) };
    const value = settingOf(facts, node.id, "enable-debug-command");
    if (value === undefined) return [unknown("debug-allowed", told)];
    return [value === "no" ? fails("debug-allowed", told) : passes("debug-allowed", told)];
  };

/** Who is hurt should have a stand-in, and the others a majority to elect it. */
const someoneTakesOver =
  (node: TopologyNode): Row["check"] =>
  ({ facts: { topology } }) => {
    if (node.ranges.length === 0) return [];
    const { up, needed } = quorum(topology);
    const told = {
      node: nodeName(node),
      slots: countSlots(node.ranges),
      replicas: replicasOf(topology, node.id).map(nodeName),
    };
    const isSafe = guardsOf(topology, node.id).length > 0 && up - 1 >= needed;
    return failuresOr(isSafe ? [] : [fails("takes-over", told)], passes("takes-over", told));
  };

const keepsData =
  (node: TopologyNode, how: How): Row["check"] =>
  ({ facts: { nodes, topology } }) => {
    const keys = node.stats?.keys ?? 0;
    const hasCopy = node.role === "replica" || guardsOf(topology, node.id).length > 0;
    if (how === "freeze" || hasCopy || keys === 0 || nodes[node.id]?.keepsData) return [];
    return [fails("keeps-data", { node: nodeName(node), keys })];
  };
