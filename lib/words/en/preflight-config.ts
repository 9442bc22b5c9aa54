import { formatBytes, formatMs } from "@/lib/format";

const names = (all: readonly string[]): string => all.join(", ");

/** Lines of preflight about settings and calls on many nodes: part of `preflight`. */
export const configPreflight = {
  "settings-known": {
    pass: ({ nodes }: { nodes: number }) =>
      `${nodes === 1 ? "The node knows" : `All ${nodes} nodes know`} every one of these settings.`,
    fail: ({ node, settings }: { node: string; settings: readonly string[] }) =>
      `${node} does not tell ${names(settings)} (CONFIG GET): its version has no such setting, or the console's user may not read it. Check the spelling, or leave this node out.`,
  },
  "timeout-low": {
    pass: ({ ms }: { ms: number }) => `A node timeout of ${formatMs(ms)} outlasts the usual hiccups.`,
    fail: ({ ms }: { ms: number }) =>
      `A node timeout of ${formatMs(ms)} is less than a second: a node that forks or swaps is taken for dead, and fails over.`,
  },
  "memory-below-use": {
    pass: () => "Every node uses less than its new limit.",
    fail: ({ node, usedBytes, maxBytes }: { node: string; usedBytes: number; maxBytes: number }) =>
      `${node} uses ${formatBytes(usedBytes)}, more than the new limit of ${formatBytes(maxBytes)}: by its policy it evicts keys at once, or refuses writes.`,
  },
  "targets-absent": {
    pass: ({ nodes }: { nodes: number }) => `${nodes === 1 ? "The node answers" : `All ${nodes} nodes answer`}.`,
    fail: ({ nodes }: { nodes: readonly string[] }) =>
      `${names(nodes)} ${nodes.length === 1 ? "does" : "do"} not answer: nothing is sent there. Do it again when ${nodes.length === 1 ? "it is" : "they are"} back.`,
  },
  "settings-kept": {
    pass: ({ nodes }: { nodes: number }) =>
      `${nodes === 1 ? "The node writes" : `All ${nodes} nodes write`} it into ${nodes === 1 ? "its file" : "their files"} (CONFIG REWRITE).`,
    fail: ({ nodes }: { nodes: readonly string[] }) =>
      `${names(nodes)} ${nodes.length === 1 ? "was" : "were"} started without a file: there it is lost at the next restart.`,
  },
  "settings-alike": {
    pass: () => "All nodes had the same values.",
    fail: ({ name, values }: { name: string; values: readonly string[] }) =>
      `${name} differed from node to node: ${values.map((value) => value || "(empty)").join("; ")}. Going back restores each node's own.`,
  },
} as const;
