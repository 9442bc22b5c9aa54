import type { OwnerScan } from "./diagnose";
import type { NodeId } from "./node";
import { A, B, C, D, HEALTHY, merge, silent, six, view } from "./sample-views";
import { SLOT_COUNT } from "./slots";
import type { Topology } from "./topology";

/** Sick states of slots, written as lines that differ from those of a healthy cluster. */

/** Flags stand on a node's own line alone. */
export function pictureOf(changes: Readonly<Record<string, string>>, from = "abcdef"): Topology {
  const lines = HEALTHY.map((text) => changes[text[0] ?? ""] ?? text);
  const views = [...from].map((letter) => view(letter, lines));
  const own = views.map((v) => ({
    ...v,
    nodes: v.nodes.map((n) => (n.isMyself ? n : { ...n, migrating: [], importing: [] })),
  }));
  const gone = [A, B, C, D].filter((node) => !views.some((v) => v.from === node));
  return merge(own, { previous: merge(six()), answers: new Map(gone.map((node) => [node, silent()])) });
}

export function counted(held: Readonly<Record<string, Readonly<Record<number, number>>>>): OwnerScan {
  return Object.fromEntries(
    [A, B, C].map((node) => {
      const counts = new Array<number>(SLOT_COUNT).fill(0);
      for (const [slot, keys] of Object.entries(held[node] ?? {})) counts[Number(slot)] = keys;
      return [node, counts];
    }),
  );
}

export const own = { a: "a master - 1 0-5460", b: "b master - 2 5461-10922", c: "c master - 3 10923-16383" };
export const open = (slot: number, sign: ">" | "<", other: NodeId) => `[${slot}-${sign}-${other}]`;
