import type { Facts } from "./facts";
import { paceLimits } from "./pace";
import type { Pace } from "./plan";
import type { Step, StepOf } from "./step";
import { TASK_BYTES } from "./tasks";
import type { MoveWay } from "./way";

/**
 * How long a plan takes. Estimates, from counted keys and sampled bytes; whatever the cluster's clients do comes on top.
 *
 * Careful pace, one run on 2 cores over loopback (ENGINE §3): 4096 slots with 100 000 keys of 100 B into one target took
 * 3.1–3.8 s, the same slots empty 0.51–0.81 s: 0.16 ms a slot and 2.8 ms a batch of 100 keys, which the target does one
 * after the other whatever the number of sources. Swift, the same keys took 1.0–2.0 s: 70 ms a window of 5000.
 */
const SLOT_MS = 0.16;
const BATCH_MS: Readonly<Record<Pace, number>> = { careful: 2.8, swift: 70 };
/** DUMP, the way and RESTORE of plain values; two thirds of what loopback gives, so that a network is not flattered. */
const BYTES_PER_MS = 100_000;
/** Size the keys, MIGRATE, ask the target's offset, ask its replica's. */
const ROUND_TRIPS_A_BATCH = 4;

/** Seen on loopback with empty nodes; a replica of a big primary takes as long as its copy. */
const OTHER_STEPS_MS: Readonly<
  Record<Exclude<Step["kind"], "move-slots" | "watch-gone" | "save-shard" | "restore-shard" | "import-keys">, number>
> = {
  "start-node": 500,
  "set-epoch": 20,
  "add-slots": 50,
  "del-slots": 500,
  "set-stable": 50,
  "set-config": 50,
  call: 50,
  meet: 300,
  "await-joined": 2500,
  replicate: 600,
  failover: 1000,
  "assign-slots": 1500,
  "gather-keys": 500,
  "clear-flags": 100,
  forget: 200,
  reset: 200,
  "stop-node": 1000,
  // Stop, load, and the copy of what was missed; a big dataset takes as long as it takes to load.
  "restart-node": 3000,
  // Two node timeouts, an election, and the way back.
  "hurt-node": 15_000,
  "drop-node": 200,
  "forget-cluster": 50,
  "seal-backup": 1000,
  "check-backup": 1000,
  "load-functions": 100,
  prove: 500,
};

type MoveOptions = { readonly pace: Pace; readonly rttMs: number };

export function moveMs({ slots, keys = 0, bytes = 0 }: StepOf<"move-slots">, { pace, rttMs }: MoveOptions): number {
  const limits = paceLimits[pace];
  const batches = Math.max(keys / limits.keys, bytes / limits.bytes);
  const ownMs = batches * BATCH_MS[pace] + Math.ceil(batches) * ROUND_TRIPS_A_BATCH * rttMs;
  return slots * SLOT_MS + ownMs + bytes / BYTES_PER_MS;
}

/**
 * Tasks of the servers, 2 cores over loopback: 400 000 keys of 100 B in 4096 slots took 1.5–2.3 s on the Valkey 9 line
 * and 1.0–1.2 s on the Redis 8 line, proof included; three times as long where the cores were busy. An empty task takes
 * some tenths.
 */
const TASK_MS = 300;
const TASK_KEY_MS = 0.003;

function atomicMs({ keys = 0, bytes = 0 }: StepOf<"move-slots">): number {
  const tasks = Math.max(1, Math.ceil(bytes / TASK_BYTES));
  return tasks * TASK_MS + keys * TASK_KEY_MS + bytes / BYTES_PER_MS;
}

/** Steps of a phase run side by side; a node does the work of its pairs one after the other. Phases follow each other. */
export function durationMs(steps: readonly Omit<Step, "id">[], options: DurationOptions): number {
  const phases = new Map<number, Step[]>();
  for (const step of steps as readonly Step[]) phases.set(step.phase, [...(phases.get(step.phase) ?? []), step]);
  return [...phases.values()].reduce((sum, phase) => sum + phaseMs(phase, options), 0);
}

export type DurationOptions = {
  readonly pace: Pace;
  readonly topology?: Facts["topology"];
  /** Default: SETSLOT and MIGRATE. */
  readonly way?: MoveWay;
};

function phaseMs(steps: readonly Step[], { pace, topology, way = "setslot" }: DurationOptions): number {
  const busy = new Map<string, number>();
  let longest = 0;
  for (const step of steps) {
    if (step.kind !== "move-slots") {
      longest = Math.max(longest, stepMs(step));
      continue;
    }
    const rttMs = Math.max(rttOf(topology, step.source), rttOf(topology, step.target));
    const ms = way === "setslot" ? moveMs(step, { pace, rttMs }) : atomicMs(step);
    for (const id of [step.source, step.target]) {
      const sum = (busy.get(id) ?? 0) + ms;
      busy.set(id, sum);
      longest = Math.max(longest, sum);
    }
  }
  return Math.round(longest);
}

/** The fork, repl-diskless-sync-delay (5 s unless set otherwise), and the way to disk and back at 50 MB a second. */
const SNAPSHOT_MS = 6000;
const SNAPSHOT_BYTES_PER_MS = 50_000;
/** Twice through the file, and RESTORE of small values; half of what loopback gives. */
const RESTORES_PER_MS = 10;
/** Read, sent, read back at the owner; half of what loopback gives. */
const IMPORTS_PER_MS = 20;

export function stepMs(step: Exclude<Step, { kind: "move-slots" }>): number {
  if (step.kind === "watch-gone") return step.forMs;
  if (step.kind === "save-shard") return SNAPSHOT_MS + (step.bytes ?? 0) / SNAPSHOT_BYTES_PER_MS;
  if (step.kind === "restore-shard") return step.keys / RESTORES_PER_MS + step.bytes / SNAPSHOT_BYTES_PER_MS;
  if (step.kind === "import-keys") return step.keys / IMPORTS_PER_MS + (step.bytes ?? 0) / SNAPSHOT_BYTES_PER_MS;
  return OTHER_STEPS_MS[step.kind];
}

function rttOf(topology: Facts["topology"] | undefined, id: string): number {
  const answer = topology?.nodes.find((node) => node.id === id)?.answer;
  return answer?.kind === "answered" ? answer.rttMs : 0;
}
