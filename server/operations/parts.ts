import type { MoveWay } from "@/lib/plans/way";
import type { Planner } from "@/server/admin/planner";
import type { StepContext } from "@/server/admin/steps/context";
import type { Backups } from "@/server/backup/backups";
import type { ClusterRegistry } from "@/server/clusters/registry";
import type { EventHub } from "@/server/events";
import type { MoveJob, Mover } from "@/server/migrate/mover";
import type { Observer } from "@/server/observe/observer";
import type { Runtime } from "@/server/runtime/runtime";
import type { Audit } from "@/server/store/audit";
import type { Store } from "@/server/store/sqlite";

/** What operations are built from, and no more of each part than they use. */
export type Parts = {
  readonly registry: ClusterRegistry;
  readonly observer: Pick<Observer, "link" | "watch" | "unwatch" | "sweep" | "views" | "snapshot" | "tellSummary">;
  readonly planner: Pick<Planner, "read" | "checkCurrent" | "plan">;
  readonly runtime: StepContext["runtime"] & Pick<Runtime, "list" | "dial">;
  readonly store: Store;
  readonly hub: EventHub;
  readonly audit: Audit;
  readonly backups: Backups;
  readonly moverOf: (way: MoveWay) => Mover;
  readonly now: () => number;
  /** Keys that are taken out of a cluster are written below it. */
  readonly dataFolder: string;
  /** Tests stop here: called beside every mutating call of a move or a repair. */
  readonly hook?: MoveJob["hook"];
  /** Names this data folder among all consoles that may know a cluster: letters, digits, hyphens. */
  readonly consoleId: string;
};
