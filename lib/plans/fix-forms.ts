import type { NodeId } from "@/lib/cluster/node";
import type { SlotRanges } from "@/lib/cluster/slots";
import { assertNever } from "@/lib/of";
import type { Form } from "./command-form";
import type { StepOf } from "./step";

type Mending = StepOf<"assign-slots"> | StepOf<"gather-keys"> | StepOf<"clear-flags">;
type Primary = { readonly id: NodeId; readonly at: string };

/** What the steps of a repair send, in their order. What is found done already is not sent. */
export function fixForms(
  step: Mending,
  nameOf: (id: NodeId) => string,
  primaries: readonly Primary[],
): readonly Form[] {
  const at = (id: NodeId, ranges: SlotRanges, text: Form["text"]): Form => ({ at: [nameOf(id)], text, slots: ranges });
  const { ranges } = step;
  switch (step.kind) {
    case "assign-slots": {
      const { nodeId, yields } = step;
      const from = yields[0] ?? primaries.find(({ id }) => id !== nodeId)?.id ?? nodeId;
      const take = (slot: string) => `CLUSTER SETSLOT ${slot} NODE ${nodeId}`;
      const others = primaries.filter(({ id }) => id !== nodeId).map((one) => one.at);
      return [
        ...yields.flatMap((id) => [
          at(id, ranges, (slot) => `CLUSTER DELSLOTS ${slot}`),
          at(id, ranges, take),
          at(id, ranges, (slot) => `CLUSTER SETSLOT ${slot} IMPORTING ${nodeId}`),
        ]),
        at(nodeId, ranges, (slot) => `CLUSTER SETSLOT ${slot} IMPORTING ${from}`),
        at(nodeId, ranges, take),
        { at: others, many: "other primaries", text: take, slots: ranges },
      ];
    }
    case "gather-keys": {
      const { from, to, way } = step;
      const put = at(to, ranges, (slot) => `RESTORE <key of slot ${slot}> <ms> <dump> ABSTTL`);
      return [
        at(from, ranges, (slot) => `CLUSTER SETSLOT ${slot} IMPORTING ${to}`),
        ...(way === "move" ? [put] : []),
        ...(way === "export" ? [] : [at(from, ranges, (slot) => `UNLINK <keys of slot ${slot}<about>>`)]),
        at(from, ranges, (slot) => `CLUSTER SETSLOT ${slot} STABLE`),
      ];
    }
    case "clear-flags": {
      const told = step.through ? [step.through] : step.flagged;
      return told.map((id) => at(id, ranges, (slot) => `CLUSTER SETSLOT ${slot} STABLE`));
    }
    default:
      return assertNever(step);
  }
}
