/** What a node is, as the bus carries it; the first eight have names in CLUSTER NODES and nodes.conf. */
export const PRIMARY = 1;
export const REPLICA = 2;
/** This node hears nothing of it. */
export const PFAIL = 4;
/** A majority hears nothing of it. */
export const FAIL = 8;
export const MYSELF = 16;
/** Its ID is not known yet: the one it has here is made up. */
export const HANDSHAKE = 32;
export const NO_ADDRESS = 64;
/** The first message to it is a MEET. */
export const MEET = 128;
/** A primary that had replicas: replicas of others may move to it when it has none. */
export const MIGRATE_TO = 256;
export const NO_FAILOVER = 512;

const NAMES: readonly (readonly [flag: number, name: string])[] = [
  [MYSELF, "myself"],
  [PRIMARY, "master"],
  [REPLICA, "slave"],
  [PFAIL, "fail?"],
  [FAIL, "fail"],
  [HANDSHAKE, "handshake"],
  [NO_ADDRESS, "noaddr"],
  [NO_FAILOVER, "nofailover"],
];

export function flagsText(flags: number): string {
  const names = NAMES.filter(([flag]) => (flags & flag) !== 0).map(([, name]) => name);
  return names.length > 0 ? names.join(",") : "noflags";
}

/** Undefined: one of the names is none. */
export function flagsOf(text: string): number | undefined {
  let flags = 0;
  for (const word of text.toLowerCase().split(",")) {
    const known = NAMES.find(([, name]) => name === word);
    if (!known && word !== "noflags") return undefined;
    flags |= known?.[0] ?? 0;
  }
  return flags;
}
