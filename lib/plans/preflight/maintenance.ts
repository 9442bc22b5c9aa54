import { countSlots } from "@/lib/cluster/slots";
import type { TopologyNode } from "@/lib/cluster/topology";
import type { MaintenanceFacts } from "../facts";
import { isUp, nodeName, owners, replicasOf } from "../members";
import type { Heir } from "../rolling";
import type { WishOf } from "../wish";
import {
  hostOf,
  involvedAnswer,
  involvedSlotsClosed,
  involvedViewsAgree,
  majority,
  noOtherOperation,
  othersAnswer,
  otherViewsAgree,
  rights,
  secondWriterSeen,
} from "./cluster-rows";
import { fails, failuresOr, hold, note, passes, type Row, refuse } from "./line";
import { canBeStopped } from "./membership-rows";
import { heirsElsewhere } from "./rolling";

type Begin = {
  readonly wish: WishOf<"maintenance">;
  readonly there: readonly TopologyNode[];
  readonly heirs: readonly Heir[];
  /** Primaries that nobody elsewhere can stand in for. */
  readonly bare: readonly TopologyNode[];
  readonly isStuck: boolean;
};

export const maintenanceTable = (begin: Begin): readonly Row[] => [
  refuse(noOtherOperation),
  refuse(involvedAnswer),
  refuse(majority),
  refuse(involvedViewsAgree),
  refuse(involvedSlotsClosed),
  (begin.isStuck ? refuse : hold)(standIns(begin)),
  refuse(rights),
  hold(voteLeft(begin)),
  hold(othersAnswer),
  hold(otherViewsAgree),
  note(staysBehind(begin)),
  note(heirsElsewhere(begin)),
  note(secondWriterSeen),
];

export const maintenanceEndTable = (end: {
  /** Those on the host, and those that get their place again. */
  readonly nodes: readonly TopologyNode[];
  readonly begun: MaintenanceFacts;
}): readonly Row[] => [
  refuse(noOtherOperation),
  refuse(canComeBack(end.nodes)),
  refuse(involvedAnswer),
  refuse(majority),
  note(() => [passes("as-it-was", { operation: end.begun.operationId, primaries: end.begun.heirs.length })]),
  note(canBeStopped),
  note(secondWriterSeen),
];

const standIns =
  ({ bare, heirs, wish }: Begin): Row["check"] =>
  ({ facts: { topology } }) =>
    failuresOr(
      bare.map((head) => {
        const replicas = replicasOf(topology, head.id).map((one) => `${nodeName(one)} (${hostOf(one)})`);
        return fails("stand-ins", { node: nodeName(head), slots: countSlots(head.ranges), host: wish.host, replicas });
      }),
      passes("stand-ins", { primaries: heirs.length, host: wish.host }),
    );

/** A majority of the primaries has to stand elsewhere when the host is gone. */
const voteLeft =
  ({ bare }: Begin): Row["check"] =>
  ({ facts: { topology } }) => {
    const size = owners(topology).length;
    const needed = Math.floor(size / 2) + 1;
    const left = size - bare.length;
    return [left >= needed ? passes("vote-left", { left, size }) : fails("vote-left", { left, size, needed })];
  };

const staysBehind =
  ({ there, wish }: Begin): Row["check"] =>
  ({ facts }) => {
    if (!wish.stop) return [fails("stays-on-host", { host: wish.host, nodes: there.map(nodeName) })];
    const foreign = there.filter((node) => isUp(node) && facts.managed[node.id]?.running !== true);
    return foreign.length > 0 ? [fails("managed-nodes", { nodes: foreign.map(nodeName), starts: false })] : [];
  };

/** It answers, or its process is ended and can be started from here. One that runs and does not answer is neither. */
const canComeBack =
  (nodes: readonly TopologyNode[]): Row["check"] =>
  ({ facts }) => {
    const lost = nodes.filter((node) => !isUp(node) && facts.managed[node.id]?.running !== false);
    return failuresOr(
      lost.map((node) => fails("can-come-back", { node: nodeName(node) })),
      passes("can-come-back", { nodes: nodes.length }),
    );
  };
