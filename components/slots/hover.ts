import type { Slot } from "@/lib/cluster/slots";

/**
 * The slot under the pointer. It changes with every move of the hand, so it lives beside React: only what shows it
 * listens, and the map is not rendered again for it.
 */
export type Hover = {
  readonly get: () => Slot | undefined;
  readonly set: (slot: Slot | undefined) => void;
  readonly subscribe: (listener: () => void) => () => void;
};

export function createHover(): Hover {
  let current: Slot | undefined;
  const listeners = new Set<() => void>();
  return {
    get: () => current,
    set: (slot) => {
      if (slot === current) return;
      current = slot;
      for (const listener of listeners) listener();
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
