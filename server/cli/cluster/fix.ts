import { owners } from "@/lib/plans/members";
import type { WishOf } from "@/lib/plans/wish";
import type { Asked } from "../grammar/asked";
import { changes, type Making } from "./change";
import { findNode } from "./find-node";
import { slotsGiven } from "./slots-given";

/** redis-cli's leave to go on without some primaries names none of them: here every silent owner is, and is typed. */
export const fix = changes({
  check: slotsIn,
  wish: ({ asked, topology }): WishOf<"fix"> => ({
    verb: "fix",
    ...slotsIn(asked),
    open: asked.flags.open ?? "safe",
    strays: asked.flags.strays ?? "move",
    ...(asked.flags.owner === undefined ? {} : { owner: findNode(topology, asked.flags.owner) }),
    abandon: abandoned({ asked, topology }),
  }),
});

function slotsIn({ flags }: Asked): Pick<WishOf<"fix">, "ranges" | "finish" | "back" | "leave"> {
  const names = ["ranges", "finish", "back", "leave"] as const;
  return Object.fromEntries(
    names.flatMap((name) => {
      const given = flags[name];
      return given === undefined ? [] : [[name, slotsGiven(`--${name}`, given)]];
    }),
  );
}

function abandoned({ asked, topology }: Pick<Making, "asked" | "topology">) {
  const named = (asked.flags.abandon ?? []).map((given) => findNode(topology, given));
  if (!asked.flags["cluster-fix-with-unreachable-masters"]) return named;
  const silent = owners(topology).filter((node) => node.answer.kind !== "answered");
  return [...new Set([...named, ...silent.map((node) => node.id)])];
}
