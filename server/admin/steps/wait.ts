import { setTimeout as sleep } from "node:timers/promises";
import { Parked, type StepContext } from "./context";

type Wait<T> = {
  readonly deadlineMs: number;
  readonly everyMs?: number | undefined;
  /** Asked again until it is neither undefined nor false. */
  readonly ask: () => Promise<T | undefined | false> | T | undefined | false;
  /** The step cannot be left now: only the hard stop ends the wait. */
  readonly uninterrupted?: true;
};

/**
 * The answer, or undefined when the deadline passed (by the monotonic clock): the caller then says what was missing.
 * Throws Parked when stop is asked.
 */
export async function waitFor<T>(
  context: Pick<StepContext, "shouldStop" | "signal">,
  { deadlineMs, everyMs = 100, ask, uninterrupted }: Wait<T>,
): Promise<T | undefined> {
  const end = performance.now() + deadlineMs;
  for (;;) {
    if (context.signal.aborted || (!uninterrupted && context.shouldStop())) throw new Parked();
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (performance.now() >= end) return undefined;
    await pause(everyMs, context.signal);
  }
}

export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => {
    throw new Parked();
  });
}
