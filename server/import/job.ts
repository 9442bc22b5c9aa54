import { z } from "zod";
import type { Endpoint, NodeId } from "@/lib/cluster/node";
import type { Slot } from "@/lib/cluster/slots";
import { refusalReasons } from "@/lib/import-source";
import type { Of } from "@/lib/of";
import type { StepOf } from "@/lib/plans/step";
import type { Link, Sent } from "@/server/link";
import type { Left } from "@/server/rdb/handshake";
import type { Replication } from "@/server/rdb/replication";
import type { RefusedKey } from "@/server/store/imports";
import type { OpenSource } from "./open-source";

const counts = z.record(z.string(), z.number());

/** What became of the keys of a source, as each was read back at its owner. */
const tallySchema = z.object({
  /** By type. */
  arrived: counts,
  bytes: z.number(),
  /** The cluster had them with this very value. */
  identical: z.number(),
  /** The cluster had another value: it stays, or was replaced and is kept as a dump. */
  kept: z.number(),
  replaced: z.number(),
  refused: z.partialRecord(z.enum(refusalReasons), z.number()),
  /** Their time came between being listed and being read back. */
  expired: z.number(),
  /** Deleted at the source after they were listed. */
  gone: z.number(),
  /** Keys with an expiry that were compared, and the largest difference. */
  timed: z.number(),
  mostOffMs: z.number(),
  untimed: z.number(),
  direct: z.number(),
  /** Keys read again because they were written to, each time. */
  followed: z.number().default(0),
});
export type Tally = Of<typeof tallySchema>;

/** The journal of one source. A cursor is of one process: it is worth nothing to another `runId`. */
export const importStateSchema = z.object({
  runId: z.string(),
  /** How often it was begun anew, because the source was another process. */
  restarts: z.int(),
  cursor: z.string(),
  done: z.boolean(),
  /** What it held when this pass began, and what tells that somebody wrote to it since. */
  held: z.number(),
  written: z.string(),
  /**
   * Of a source that is followed: all that it wrote up to this offset has arrived. `anew`: it is read for another
   * time, and what it has lost since is still to be deleted. `ended`: it was cut over.
   */
  followed: z
    .object({ replId: z.string(), offset: z.number(), db: z.int(), anew: z.boolean(), ended: z.boolean() })
    .optional(),
  tally: tallySchema,
});
export type ImportState = Of<typeof importStateSchema>;

export const emptyTally: Tally = {
  arrived: {},
  bytes: 0,
  identical: 0,
  kept: 0,
  replaced: 0,
  refused: {},
  expired: 0,
  gone: 0,
  timed: 0,
  mostOffMs: 0,
  untimed: 0,
  direct: 0,
  followed: 0,
};

export type Owner = {
  readonly id: NodeId;
  readonly name: string;
  /** As the members know it. */
  readonly endpoint: Endpoint;
  readonly replicas: readonly NodeId[];
};

/** Who owns which slot, as it was looked at a moment ago. */
export type Owners = {
  readonly of: (slot: Slot) => Owner;
  readonly all: readonly Owner[];
  /** The oldest RDB version that every owner reads. */
  readonly rdbVersion: number;
  /** Keys of all owners together. */
  readonly keys: number;
};

export type ImportJournal = {
  readonly read: () => ImportState | undefined;
  readonly write: (state: ImportState, refused: readonly RefusedKey[]) => void;
  /** Begins anew: what was refused before is found again, or not. */
  readonly reset: (state: ImportState) => void;
  readonly refused: () => readonly RefusedKey[];
  readonly keep: (value: {
    readonly slot: Slot;
    readonly nodeId: NodeId;
    readonly key: Buffer;
    readonly ttlMs: number;
    readonly dump: Buffer;
  }) => void;
};

export type ImportJob = {
  readonly step: StepOf<"import-keys">;
  readonly nodeTimeoutMs: number;
  /** The cluster wants credentials or TLS: what a source is never given. */
  readonly isLocked: boolean;
  readonly openSource: () => Promise<OpenSource>;
  /** Sources of the same plan, where keys of the same name are looked for. */
  readonly openOthers: () => Promise<readonly OpenSource[]>;
  /** What is written to it from now on, or behind the offset where an earlier connection was. */
  readonly replicate: (source: OpenSource, left: Left | undefined) => Promise<Replication>;
  /** Writes to other databases are left behind by choice. */
  readonly skipsOthers: boolean;
  readonly mayCutOver: () => boolean;
  /** One line of how it stands, for who watches. */
  readonly say: (text: string) => void;
  /** Every member asked now. */
  readonly owners: () => Promise<Owners>;
  readonly link: (id: NodeId) => Promise<Link>;
  /** Into the transcript; undefined: the source. */
  readonly tell: (id: NodeId | undefined, sent: Sent) => void;
  readonly journal: ImportJournal;
  readonly report: (keys: number, bytes: number) => void;
  readonly shouldStop: () => boolean;
  readonly signal: AbortSignal;
};
