import { plural } from "@/lib/format";

const names = (all: readonly string[]): string => all.join(", ");

/** Lines of preflight about the cluster's own commands, done by hand: part of `preflight`. */
export const byHandPreflight = {
  "owns-nothing": {
    pass: ({ node }: { node: string }) => `${node} owns no slots.`,
    fail: ({ node, ranges }: { node: string; ranges: string }) =>
      `${node} owns slots ${ranges}. Drain it first: remove-node does both.`,
  },
  "comes-back": {
    pass: ({ node }: { node: string }) =>
      `${node} does not answer, so it does not come back by itself while it is down.`,
    fail: ({ node }: { node: string }) =>
      `${node} answers and is not reset by this: it keeps its own picture of the cluster and may come back when the ban of a minute is over. remove-node resets it.`,
  },
  "keys-elsewhere": {
    pass: () => "No other primary holds keys of these slots.",
    fail: ({ keys, nodes }: { keys: number; nodes: readonly string[] }) =>
      `${plural(keys, "key", "keys")} of these slots ${keys === 1 ? "is" : "are"} on ${names(nodes)}: with another owner nobody reaches ${keys === 1 ? "it" : "them"}. Give the slots to who holds their keys.`,
    unknown: ({ nodes }: { nodes: readonly string[] }) =>
      `Whether ${names(nodes)} ${nodes.length === 1 ? "holds" : "hold"} keys of these slots could not be read.`,
  },
  "keys-stranded": {
    pass: () => "No primary but the owner holds keys of these slots.",
    fail: ({ keys, nodes }: { keys: number; nodes: readonly string[] }) =>
      `${plural(keys, "key", "keys")} of these slots ${keys === 1 ? "is" : "are"} on ${names(nodes)}, which ${nodes.length === 1 ? "does" : "do"} not own them: closed like this, nobody reaches ${keys === 1 ? "it" : "them"} any more. Finish the move, or bring the keys back first.`,
  },
  "sides-answer": {
    pass: () => "Both sides of every slot answer.",
    fail: ({ node }: { node: string }) =>
      `${node} is a side of these slots and does not answer: whether it holds keys of them cannot be known. Start it first.`,
  },
} as const;
