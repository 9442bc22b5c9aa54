import { countSlots } from "@/lib/cluster/slots";
import { findMember, nameOf, nodeName, owners, replicasOf } from "../members";
import type { Rolled } from "../rolling";
import {
  hostOf,
  involvedAnswer,
  involvedSlotsClosed,
  involvedViewsAgree,
  majority,
  noOtherOperation,
  otherSlotsClosed,
  othersAnswer,
  otherViewsAgree,
  rights,
  secondWriterSeen,
  slotsCovered,
} from "./cluster-rows";
import { fails, failuresOr, hold, note, passes, type Row, refuse, unknown } from "./line";
import { noForeignTask } from "./way-rows";

/** Whatever is rolled through: nobody of its shards may be away, or be on the way anywhere, before it begins. */
export const rollingTable = (rolled: Rolled): readonly Row[] => [
  refuse(noOtherOperation),
  refuse(involvedAnswer),
  refuse(majority),
  refuse(involvedViewsAgree),
  refuse(involvedSlotsClosed),
  refuse(noForeignTask),
  refuse(keepsData(rolled)),
  refuse(rights),
  hold(staysServed(rolled)),
  hold(othersAnswer),
  hold(otherViewsAgree),
  hold(otherSlotsClosed),
  hold(slotsCovered),
  note(byHand(rolled)),
  note(secondCopy(rolled)),
  note(copiesAnew(rolled)),
  note(heirsElsewhere(rolled)),
  note(secondWriterSeen),
];

/** What has no second copy comes back from its disk, or not at all. */
const keepsData =
  ({ bare }: Rolled): Row["check"] =>
  ({ facts }) => {
    const holding = bare.filter((node) => (node.stats?.keys ?? 0) > 0);
    const failures = holding.flatMap((node) => {
      const keeps = facts.nodes[node.id]?.keepsData;
      const told = { node: nodeName(node), keys: node.stats?.keys ?? 0 };
      if (keeps === undefined) return [unknown("keeps-data", told)];
      return keeps ? [] : [fails("keeps-data", told)];
    });
    return holding.length === 0 ? [] : failuresOr(failures, passes("keeps-data", { nodes: holding.length }));
  };

const staysServed =
  ({ bare, heirs }: Rolled): Row["check"] =>
  ({ facts: { topology } }) =>
    failuresOr(
      bare.map((node) => {
        const replicas = replicasOf(topology, node.id).map(nodeName);
        return fails("stays-served", { node: nodeName(node), slots: countSlots(node.ranges), replicas });
      }),
      passes("stays-served", { primaries: heirs.length }),
    );

const byHand =
  ({ nodes }: Rolled): Row["check"] =>
  ({ facts }) => {
    const foreign = nodes.filter((node) => facts.managed[node.id]?.running !== true).map(nodeName);
    return [foreign.length > 0 ? fails("by-hand", { nodes: foreign }) : passes("by-hand", { nodes: nodes.length })];
  };

/** With one replica alone there is a time without any, twice: its own restart, and the old primary's. */
const secondCopy =
  ({ nodes }: Rolled): Row["check"] =>
  ({ facts: { topology } }) => {
    const alone = owners(topology).filter(
      (head) =>
        replicasOf(topology, head.id).length === 1 && nodes.some((node) => (node.primaryId ?? node.id) === head.id),
    );
    return [alone.length > 0 ? fails("second-copy", { primaries: alone.map(nodeName) }) : passes("second-copy", {})];
  };

const copiesAnew =
  ({ nodes }: Rolled): Row["check"] =>
  ({ facts }) => {
    const anew = nodes.filter((node) => facts.nodes[node.id]?.keepsData === false && (node.stats?.keys ?? 0) > 0);
    const bytes = anew.reduce((sum, node) => sum + (node.stats?.usedBytes ?? 0), 0);
    return anew.length > 0 ? [fails("copies-anew", { nodes: anew.map(nodeName), bytes })] : [];
  };

/** Primaries that end on one host with others because nobody hands back. */
export const heirsElsewhere =
  ({ heirs }: Pick<Rolled, "heirs">): Row["check"] =>
  ({ facts: { topology } }) => {
    const hosts = new Map<string, string[]>();
    for (const head of owners(topology)) {
      const heir = heirs.find((one) => one.primaryId === head.id)?.replicaId ?? head.id;
      const node = findMember(topology, heir);
      if (node) hosts.set(hostOf(node), [...(hosts.get(hostOf(node)) ?? []), nameOf(topology, heir)]);
    }
    const labelled = topology.nodes.some((node) => node.labels.host !== undefined);
    const crowded = [...hosts].filter(([, nodes]) => nodes.length > 1 && nodes.length * 2 > owners(topology).length);
    if (!labelled || heirs.length === 0 || crowded.length === 0) return [];
    return crowded.map(([host, primaries]) => fails("heirs-spread", { host, primaries }));
  };
