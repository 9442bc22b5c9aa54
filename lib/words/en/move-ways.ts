/** By which way slots move, why, and what that means. */
export const moveWays = {
  all: ({ nodes, command }: { nodes: number; command: string }) =>
    `All ${nodes} nodes that give or take slots offer ${command}: the servers move whole ranges by themselves.`,
  mends: () =>
    "Slots move by SETSLOT and MIGRATE: servers do not take on by themselves what another tool has left open.",
  none: ({ nodes }: { nodes: number }) =>
    `Slots move by SETSLOT and MIGRATE: none of the ${nodes} nodes that give or take slots offers to move them by itself.`,
  some: ({ without, command }: { without: readonly string[]; command: string }) =>
    `Slots move by SETSLOT and MIGRATE: ${without.join(", ")} ${without.length === 1 ? "does" : "do"} not offer ${command}, and one operation goes by one way.`,
  /** What an atomic way means for whoever confirms it. */
  atomic: ({ bytes }: { bytes: string }) =>
    `Portions of about ${bytes} change hands at once: until then the source has and serves all of one, and a failure or a cancel leaves it there; writes to it wait for a moment at the end. Functions do not travel with the keys. Going back is a move the other way.`,
  title: "Moved by the servers",
  guarded: (keys: string, bytes: string) =>
    `If a target dies right after a portion has come, before a replica has all of it: at most ${keys} keys and ${bytes}. The next portion waits for the replica.`,
  unguarded: (keys: string, bytes: string) =>
    `A target without a replica that dies takes along what has moved to it: in the end ${keys} keys and ${bytes}.`,
} as const;
