import type { NodeId } from "@/lib/cluster/node";
import type { EngineFacts } from "../facts";
import { nodeName } from "../members";
import type { Rolled } from "../rolling";
import { isNewer } from "../version";
import type { Setting } from "../wish";
import { settingsKnown } from "./config";
import { fails, failuresOr, note, passes, type Row, refuse, unknown } from "./line";
import { rollingTable } from "./rolling";

/** Beside what every restart asks: only files and engines of this console's own nodes are changed. */
export const rollingConfigTable = (rolled: Rolled, settingsOf: (id: NodeId) => readonly Setting[]): readonly Row[] => [
  refuse(ownProcesses(rolled)),
  refuse(
    settingsKnown(
      settingsOf,
      rolled.nodes.map((node) => node.id),
    ),
  ),
  ...rollingTable(rolled),
];

export const rollingUpgradeTable = (rolled: Rolled, engine: EngineFacts): readonly Row[] => [
  refuse(ownProcesses(rolled)),
  refuse(readsOldData(rolled, engine)),
  ...rollingTable(rolled),
  note(mixedMeanwhile(rolled, engine)),
];

const ownProcesses =
  ({ nodes }: Rolled): Row["check"] =>
  ({ facts }) => {
    const foreign = nodes.filter((node) => facts.managed[node.id]?.running !== true);
    return failuresOr(
      foreign.map((node) => fails("own-processes", { node: nodeName(node) })),
      passes("own-processes", { nodes: nodes.length }),
    );
  };

/** RDB versions only rise, and an engine refuses what a newer one wrote: on its disk, and from its primary. */
const readsOldData =
  ({ nodes }: Rolled, engine: EngineFacts): Row["check"] =>
  ({ facts }) => {
    const to = `${engine.kind} ${engine.version}`;
    const verdicts = nodes.flatMap((node) => {
      const now = facts.managed[node.id]?.engine;
      if (!now) return [];
      const told = { node: nodeName(node), from: `${now.kind} ${now.version}`, to };
      if (now.rdb === undefined || engine.rdb === undefined) return [unknown("reads-old-data", told)];
      const isOlder = now.rdb > engine.rdb || (now.kind === engine.kind && isNewer(now.version, engine.version));
      // The families have gone apart since 7.2: the same number does not mean the same there.
      const isApart = now.kind !== engine.kind && now.rdb > COMMON_RDB;
      return isOlder || isApart ? [fails("reads-old-data", told)] : [];
    });
    return failuresOr(verdicts, passes("reads-old-data", { to }));
  };

/** Of Redis 7.2, from which Valkey was made. */
const COMMON_RDB = 11;

const mixedMeanwhile =
  ({ nodes }: Rolled, engine: EngineFacts): Row["check"] =>
  ({ facts }) => {
    const versions = [...new Set(nodes.flatMap((node) => facts.managed[node.id]?.engine.version ?? []))];
    const back = nodes.every((node) => facts.managed[node.id]?.engine.rdb === engine.rdb);
    return [fails("mixed-meanwhile", { versions, to: engine.version, back })];
  };
