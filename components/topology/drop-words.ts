import type { DropTarget, Gesture } from "@/lib/layout/gestures";
import type { Words } from "@/lib/words/en";

/** What will happen when the hand lets go, or why nothing will. */
export function dropWords(target: DropTarget, gesture: Gesture, words: Words["topology"]): string {
  if (!gesture.allowed) return words.refusal[gesture.code];
  const shard = target.kind === "shard" ? target.index : 0;
  switch (gesture.draft.verb) {
    case "failover":
      return words.drop.failover;
    case "replicate":
      return words.drop.replicate(shard);
    case "add-node":
      return target.kind === "shard" ? words.drop.addReplica(shard) : words.drop.addPrimary;
    case "scale-in":
      return words.drop.scaleIn;
    default:
      return words.drop.remove;
  }
}
