/** What a client may leave unread, by client-output-buffer-limit. 0: as much as it likes. */
export type OutputLimit = { readonly hardBytes: number; readonly softBytes: number; readonly softMs: number };

export type OutputClass = "normal" | "replica" | "pubsub";

const NONE: OutputLimit = { hardBytes: 0, softBytes: 0, softMs: 0 };

/** Out of `normal 0 0 0 slave 268435456 67108864 60 pubsub …`. */
export function outputLimit(text: string, of: OutputClass): OutputLimit {
  const name = of === "replica" ? "(?:slave|replica)" : of;
  const match = new RegExp(`(?:^|\\s)${name}\\s+(\\d+)\\s+(\\d+)\\s+(\\d+)`).exec(text);
  if (!match) return NONE;
  const [hardBytes, softBytes, seconds] = match.slice(1).map(Number) as [number, number, number];
  return { hardBytes, softBytes, softMs: seconds * 1000 };
}

/** The backlog is kept for others too: no limit is below it. */
export function replicaLimit(text: string, backlogBytes: number): OutputLimit {
  const { hardBytes, softBytes, softMs } = outputLimit(text, "replica");
  const atLeast = (bytes: number) => (bytes === 0 ? 0 : Math.max(bytes, backlogBytes));
  return { hardBytes: atLeast(hardBytes), softBytes: atLeast(softBytes), softMs };
}
