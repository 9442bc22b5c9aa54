"use client";
import { useWords } from "@/components/data/words";
import type { Topology } from "@/lib/cluster/topology";
import type { RibbonSegment } from "@/lib/layout/ribbon";

/** `Shard 3` where there is room, `3` where there is less; what is not served says so. */
export function useShardLabels(state: Topology["state"]): (segment: RibbonSegment) => readonly string[] {
  const words = useWords().shell;
  return ({ kind, index }) => {
    if (index === undefined) return [words.ribbon.none(undefined)];
    if (kind === "owned") return [words.shard(index), `${index}`];
    return [(state === "down" ? words.ribbon.none : words.ribbon.silent)(index), `${index}`];
  };
}
