"use client";
import { useWords } from "@/components/data/words";
import { Chip, type Tone } from "@/components/ui/chip";
import type { OperationState } from "@/lib/operation";

const tones: Readonly<Record<OperationState, Tone>> = {
  planned: "quiet",
  scheduled: "quiet",
  running: "info",
  pausing: "info",
  paused: "warn",
  cancelling: "info",
  interrupted: "warn",
  proving: "info",
  succeeded: "ok",
  failed: "bad",
  cancelled: "quiet",
};

export const toneOfState = (state: OperationState): Tone => tones[state];

export function StateChip({ state }: { readonly state: OperationState }) {
  return <Chip tone={toneOfState(state)}>{useWords().operations.states[state]}</Chip>;
}
