import type { Engine } from "./engine";

/**
 * The door of the server. Next gives each bundle its own copy of a module, so the one engine of the process lives in
 * the one slot on globalThis, put there by boot.ts before the first request is answered.
 */
type Slot = { readonly engine: Promise<Engine>; isReady: boolean };

const key = Symbol.for("shardboard.engine");
const home = globalThis as { [key]?: Slot };

export function engine(): Promise<Engine> {
  const slot = home[key];
  if (!slot) throw new Error("the engine has not been started: boot.ts runs first");
  return slot.engine;
}

/** Whether everything that the start does has been done. The API answers before that: health and sign-in. */
export const isReady = (): boolean => home[key]?.isReady ?? false;

export function provideEngine(engine: Promise<Engine>): { ready(): void } {
  const slot: Slot = { engine, isReady: false };
  home[key] = slot;
  return {
    ready: () => {
      slot.isReady = true;
    },
  };
}

export { openStream } from "./stream";
