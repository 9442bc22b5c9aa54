import type { ClusterId } from "@/lib/cluster/node";
import { refuse } from "@/server/refuse";
import { holdsLease, releaseLease, takeLease } from "@/server/store/leases";
import type { Store } from "@/server/store/sqlite";

/** The right to change one cluster, for one operation, until somebody with a higher fence takes it. */
export type Lease = {
  readonly clusterId: ClusterId;
  readonly operationId: number;
  readonly fence: number;
  /** What every mutating connection under it is called (I18). */
  readonly name: string;
};

type Taking = {
  readonly clusterId: ClusterId;
  readonly operationId: number;
  readonly consoleId: string;
  readonly owner: string;
  readonly atMs: number;
};

export function takeCluster(store: Store, { clusterId, operationId, consoleId, owner, atMs }: Taking): Lease {
  const fence = takeLease(store, { clusterId, operationId, owner, atMs });
  return { clusterId, operationId, fence, name: connectionName({ console: consoleId, operation: operationId, fence }) };
}

/** Asked in the transaction of every record that a command waits for: a fenced holder writes none, so it sends none. */
export function checkLease(store: Store, lease: Lease): void {
  if (holdsLease(store, lease)) return;
  throw refuse("refused", "leaseLost", { cluster: lease.clusterId });
}

export function giveBack(store: Store, lease: Lease): void {
  releaseLease(store, lease);
}

export type WriterName = { readonly console: string; readonly operation: number; readonly fence: number };

export const connectionName = ({ console, operation, fence }: WriterName): string =>
  `shardboard:${console}:${operation}:${fence}`;

export function parseConnectionName(name: string): WriterName | undefined {
  const match = /^shardboard:([^:]+):(\d+):(\d+)$/.exec(name);
  return match ? { console: match[1] ?? "", operation: Number(match[2]), fence: Number(match[3]) } : undefined;
}
