import type { Pace } from "./plan";

/** What may be half-moved at any moment for a pair of source and target (I5): what is lost at most if the target dies. */
export type PaceLimits = { readonly keys: number; readonly bytes: number };

/**
 * careful: a replica of the target has every batch before the next is sent. swift: it has them at the end of a window
 * of this size, so more is under way at once, and more slots are served by ASK for a moment.
 */
export const paceLimits: Readonly<Record<Pace, PaceLimits>> = {
  careful: { keys: 100, bytes: 1024 * 1024 },
  swift: { keys: 5000, bytes: 32 * 1024 * 1024 },
};
