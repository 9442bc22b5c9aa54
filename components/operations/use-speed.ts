"use client";
import { useEffect, useRef, useState } from "react";
import type { Operation } from "@/lib/operation";

/** How far back the speed is measured, and how many points a spark has. */
const WINDOW_MS = 5000;
const POINTS = 60;

type Sample = { readonly atMs: number; readonly slots: number; readonly keys: number };
export type Speed = {
  /** Measured over the last seconds; absent until there are two points. */
  readonly slotsPerSec: number | undefined;
  readonly keysPerSec: number | undefined;
  readonly slotsHistory: readonly (number | undefined)[];
  readonly keysHistory: readonly (number | undefined)[];
};

const none: Speed = { slotsPerSec: undefined, keysPerSec: undefined, slotsHistory: [], keysHistory: [] };

export function movedOf(operation: Operation): {
  readonly slots: number;
  readonly keys: number;
  readonly bytes: number;
} {
  return operation.steps.reduce(
    (sum, step) => ({
      slots: sum.slots + step.slotsMoved,
      keys: sum.keys + step.keysMoved,
      bytes: sum.bytes + step.bytesMoved,
    }),
    { slots: 0, keys: 0, bytes: 0 },
  );
}

/** Speed as this tab measures it from the stream, once a second while the operation runs. */
export function useSpeed(operation: Operation): Speed {
  const [speed, setSpeed] = useState<Speed>(none);
  const latest = useRef(operation);
  useEffect(() => {
    latest.current = operation;
  });
  const running = operation.state === "running";
  useEffect(() => {
    if (!running) return;
    let samples: Sample[] = [];
    let slots: (number | undefined)[] = [];
    let keys: (number | undefined)[] = [];
    const sample = () => {
      const moved = movedOf(latest.current);
      const now: Sample = { atMs: performance.now(), slots: moved.slots, keys: moved.keys };
      samples = [...samples.filter((s) => now.atMs - s.atMs <= WINDOW_MS), now];
      const [first] = samples;
      const seconds = first ? (now.atMs - first.atMs) / 1000 : 0;
      const slotsPerSec = first && seconds > 0 ? (now.slots - first.slots) / seconds : undefined;
      const keysPerSec = first && seconds > 0 ? (now.keys - first.keys) / seconds : undefined;
      slots = [...slots, slotsPerSec].slice(-POINTS);
      keys = [...keys, keysPerSec].slice(-POINTS);
      setSpeed({ slotsPerSec, keysPerSec, slotsHistory: slots, keysHistory: keys });
    };
    sample();
    const timer = setInterval(sample, 1000);
    return () => clearInterval(timer);
  }, [running]);
  return running ? speed : none;
}
