import { plural } from "@/lib/format";

type Nodes = readonly string[];

/** One trouble with slots, as the lines of a repair tell it. Key counts of −1 were not asked. */
export type FixTold = {
  readonly what: string;
  readonly way: string;
  readonly slots: number;
  readonly ranges: string;
  readonly owner: string;
  readonly other: string;
  readonly ownerKeys: number;
  readonly otherKeys: number;
  readonly holders: Nodes;
  readonly heirs: Nodes;
};

const keys = (n: number): string => (n < 0 ? "an unknown number of keys" : plural(n, "key", "keys"));

const whats: Readonly<Record<string, (told: FixTold) => string>> = {
  "half-moved": (t) =>
    `open from ${t.owner} (${keys(t.ownerKeys)}) to ${t.other} (${keys(t.otherKeys)}), on both sides`,
  "flag-alone": (t) =>
    `open between ${t.owner} (${keys(t.ownerKeys)}) and ${t.other} (${keys(t.otherKeys)}), but only one side says so`,
  "flag-astray": (t) => `open on ${t.owner} with a node that nobody knows any more`,
  "flag-on-replica": (t) => `shown as open by ${t.other}, a replica`,
  several: (t) =>
    `claimed by several nodes, ${t.owner} with the highest epoch${t.holders.length > 0 ? `; keys on ${t.holders.join(", ")}` : ""}`,
  nobody: (t) =>
    t.holders.length > 0 ? `owned by nobody; keys on ${t.holders.join(", ")}` : "owned by nobody, without keys",
  "owner-gone": (t) => `owned by ${t.owner}, which does not answer`,
  strayed: (t) => `owned by ${t.owner}, with ${keys(t.otherKeys)} on ${t.other}, which no flag tells of`,
  "told-otherwise": (t) => `owned by ${t.owner}, which ${t.other} does not believe`,
};

const ways: Readonly<Record<string, (told: FixTold) => string>> = {
  finish: (t) => `they go on to ${t.other}`,
  "there-and-back": (t) => `they go on to ${t.other} and then back to ${t.owner}, the only way back that loses nothing`,
  clear: () => "the flags are cleared, for nothing has moved",
  gather: (t) => `the keys of ${t.other} are treated as chosen; where both have a key, both stay`,
  assign: () => "one node becomes the owner, the others' keys follow",
  tell: (t) => `${t.other} is told`,
};

const slots = (t: FixTold): string => `${t.slots === 1 ? "Slot" : plural(t.slots, "slot", "slots")} ${t.ranges}`;

/** Lines of preflight that only a repair has. */
export const fixPreflight = {
  "fix-found": {
    pass: (t: FixTold) => `${slots(t)}: ${whats[t.what]?.(t) ?? t.what}. Then ${ways[t.way]?.(t) ?? t.way}.`,
  },
  "fix-left": {
    fail: (t: FixTold) =>
      t.what === "owner-gone"
        ? `${slots(t)}: ${whats[t.what]?.(t)}. Start it${t.heirs.length > 0 ? `, or fail over to ${t.heirs.join(" or ")}` : ""}: it has the keys. Only if it is gone for good, give its slots away by name.`
        : `${slots(t)}: ${whats[t.what]?.(t) ?? t.what}. Left as it is.`,
  },
  "fix-counted": {
    pass: ({ nodes }: { nodes: number }) =>
      `The keys of every slot were counted on ${plural(nodes, "primary", "primaries")}.`,
    fail: ({ nodes }: { nodes: Nodes }) =>
      `The keys of ${nodes.join(", ")} could not be counted, so nobody knows what a flag hides there. Look why, then plan again.`,
  },
  "fix-serves": {
    pass: () => "The nodes that give and take keys will serve when it is their turn.",
    fail: ({ slots: count, ranges }: { slots: number; ranges: string }) =>
      `The cluster is down as long as nobody serves ${plural(count, "slot", "slots")} (${ranges}), and a node that is down moves no keys. Bring their owner back first, or give them away.`,
  },
  "fix-disputes": {
    pass: () => "No dispute is left open on the nodes of this plan.",
    fail: ({ ranges, nodes }: { ranges: string; nodes: Nodes }) =>
      `${nodes.join(", ")} dispute slots ${ranges}, and one of them cannot be asked. Whoever's epoch rises meanwhile may erase the other's keys. Bring all of them back first.`,
  },
  "fix-abandons": {
    fail: ({ node, slots: count, keys: lost }: { node: string; slots: number; keys: number }) =>
      `${plural(count, "slot", "slots")} of ${node} are given away. It held ${plural(lost, "key", "keys")} when it was last seen; what it still holds of these slots is erased when it comes back.`,
    unknown: ({ node, slots: count }: { node: string; slots: number }) =>
      `${plural(count, "slot", "slots")} of ${node} are given away. How many keys it held was never seen; what it still holds of these slots is erased when it comes back.`,
  },
} as const;
