/** client-output-buffer-limit of replicas. 0: none. */
export type OutputLimit = { readonly hardBytes: number; readonly softBytes: number; readonly softMs: number };

const NONE: OutputLimit = { hardBytes: 0, softBytes: 0, softMs: 0 };

/** Out of `normal 0 0 0 slave 268435456 67108864 60 pubsub …`. The backlog is kept for others too: no limit is below it. */
export function replicaLimit(text: string, backlogBytes: number): OutputLimit {
  const match = /(?:^|\s)(?:slave|replica)\s+(\d+)\s+(\d+)\s+(\d+)/.exec(text);
  if (!match) return NONE;
  const [hard, soft, seconds] = match.slice(1).map(Number) as [number, number, number];
  const atLeast = (bytes: number) => (bytes === 0 ? 0 : Math.max(bytes, backlogBytes));
  return { hardBytes: atLeast(hard), softBytes: atLeast(soft), softMs: seconds * 1000 };
}
