import type { PersistencePart, ReplicationPart } from "./parts";

/** A node that nobody follows and that follows nobody. */
export const noReplication = (): ReplicationPart => ({
  role: "primary",
  primary: undefined,
  link: "connect",
  lastHeardMs: undefined,
  offset: 0,
  halted: undefined,
  commands: [],
  lacksReplicas: false,
  replicas: [],
  counts: { full: 0, partial: 0, refusedPartial: 0, bytesIn: 0, bytesOut: 0 },
  resetCounts: () => {},
  memory: { streamBytes: 0, replicaBytes: 0 },
  history: undefined,
  restore: () => {},
  follow: () => {
    throw new Error("this node does not replicate");
  },
  lead: () => {},
  tell: () => {},
  info: () => ["role:master", "connected_slaves:0", "master_repl_offset:0"],
  tick: () => {},
  settle: () => {},
});

/** A node that keeps nothing beyond its process. */
export const noPersistence = (): PersistencePart => ({
  commands: [],
  tell: () => {},
  load: () => {},
  save: () => {},
  sync: () => {},
  denial: undefined,
  waitingBytes: 0,
  info: () => ["loading:0"],
  tick: () => {},
  settle: () => {},
});
