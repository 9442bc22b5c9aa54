import type { Monitors } from "../clients/monitors";
import type { PubSub } from "../clients/pubsub";
import type { Session } from "../clients/session";
import type { Sessions } from "../clients/sessions";
import type { Tracking } from "../clients/tracking";
import type { Watches } from "../clients/watches";
import type { Call } from "../command";
import type { NodeSettings } from "../config/settings";
import type { KeyWaiters } from "../keyspace/key-waiters";
import type { NodeParts } from "../parts";
import type { Shutdown } from "../shutdown";
import type { HostFacts } from "./host";
import type { Known } from "./known";
import type { LatencyMonitor } from "./latency";
import type { Slowlog } from "./slowlog";
import type { Stats } from "./stats";
import type { CommandTable } from "./table";

/** What the commands of clients, server and transactions know beyond a call. */
export type Front = {
  readonly node: NodeParts;
  readonly host: HostFacts;
  readonly settings: NodeSettings;
  readonly sessions: Sessions;
  readonly pubsub: PubSub;
  readonly watches: Watches;
  readonly waiters: KeyWaiters;
  readonly tracking: Tracking;
  readonly monitors: Monitors;
  readonly slowlog: Slowlog;
  readonly latency: LatencyMonitor;
  readonly stats: Stats;
  readonly runId: string;
  readonly startedMs: number;
  readonly table: CommandTable;
  readonly isPaused: boolean;
  /** Replies go out and the connection is gone. */
  drop(session: Session, why: string): void;
  /** One command of a transaction that runs: answers and tells as if it had come alone. */
  call(session: Session, known: Known, args: readonly Buffer[]): void;
  /** A transaction that had to wait is over: what it changed is told, and who waits for its keys is served. */
  finish(session: Session): void;
  /** MULTI and WATCH are over, nothing of it is done. */
  discard(session: Session): void;
  setActiveExpiry(isOn: boolean): void;
  readonly shutdown: Shutdown;
};

/** Commands of the front are only ever called for its own clients. */
export const sessionOf = (call: Call): Session => call.client as Session;
