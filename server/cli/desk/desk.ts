import type { Finding } from "@/lib/cluster/finding";
import type { Topology } from "@/lib/cluster/topology";
import type { Operation } from "@/lib/operation";
import type { Plan } from "@/lib/plans/plan";
import type { Called, Wish } from "@/lib/plans/wish";
import type { Schedule } from "@/lib/schedule";
import type { BackupSummary } from "@/lib/wire/backups";
import type { CallReply } from "@/lib/wire/calls";
import type { DeepCheck } from "@/lib/wire/check";
import type { SourceAccess } from "@/lib/wire/imports";
import type { OperationAction } from "@/lib/wire/operations";

export type Picture = { readonly topology: Topology; readonly findings: readonly Finding[] };
export type Confirmation = {
  readonly typed?: string | undefined;
  readonly reason?: string | undefined;
  /** Only a console is there when its time comes. */
  readonly schedule?: Schedule | undefined;
};

/** What may be asked without a lock: nothing changes, and nothing is written anywhere. */
export interface Looker {
  /** Looked at now. */
  picture(): Promise<Picture>;
  /** The same, with the keys of every slot counted on every primary. */
  deepCheck(): Promise<DeepCheck>;
  /** A command that only reads; others are refused. */
  call(called: Called): Promise<CallReply>;
  close(): Promise<void>;
}

/** What a verb may ask of a cluster: of the engine in this process, or of a console's API. */
export interface Desk {
  /** Looked at now. */
  picture(): Promise<Picture>;
  plan(wish: Wish): Promise<Plan>;
  /** Seals the credentials of the sources of an import; answers their name. */
  keepAccess(access: SourceAccess): Promise<string>;
  /** The same once more, for an operation that an earlier life of this command line has begun. */
  giveAccess(access: SourceAccess): Promise<void>;
  start(plan: Plan, confirmation: Confirmation): Promise<Operation>;
  act(operationId: number, action: OperationAction): Promise<Operation>;
  /** Newest first. */
  operations(): Promise<readonly Operation[]>;
  /** Of this cluster, newest first. */
  backups(): Promise<readonly BackupSummary[]>;
  /** Resolves when it rests: it has ended, or only a person can make it go on. */
  follow(operationId: number, onChange: (operation: Operation) => void): Promise<Operation>;
  /** Whether the picture of the proof was seen again; undefined: not in time. */
  settled(operation: Operation): Promise<boolean | undefined>;
  /** Closes what an earlier life left half-moved, before anything is resumed. */
  recover(): Promise<void>;
  close(): Promise<void>;
}

/** It ended, or nothing of it goes on by itself. */
export const rests = ({ state }: Operation): boolean =>
  ["scheduled", "succeeded", "failed", "cancelled", "paused", "interrupted"].includes(state);
