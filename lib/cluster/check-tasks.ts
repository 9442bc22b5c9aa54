import type { Checked, Draft } from "./draft-finding";
import type { NodeId } from "./node";
import { countSlots, type SlotRanges } from "./slots";

/** An atomic migration under way, as one node lists it; each of its two ends does. */
export type SlotTask = {
  readonly nodeId: NodeId;
  readonly id: string;
  readonly ranges: SlotRanges;
  readonly source: NodeId | undefined;
  readonly target: NodeId | undefined;
  /** The server's own word for how far it is. */
  readonly said: string;
};

/** Tasks that nobody here has started: one finding each, whichever ends tell of it. */
export function checkTasks({ name }: Checked, tasks: readonly SlotTask[]): Draft[] {
  return [...new Set(tasks.map(({ id }) => id))].flatMap((id): Draft[] => {
    const told = tasks.filter((one) => one.id === id);
    const [first] = told;
    if (!first) return [];
    const { ranges, said } = first;
    const source = told.find((one) => one.source)?.source;
    const target = told.find((one) => one.target)?.target;
    return [
      {
        key: `foreign-task:${id}`,
        code: "foreign-task",
        severity: "warn",
        nodeIds: [...new Set(told.map(({ nodeId }) => nodeId))],
        ranges,
        details: {
          task: id,
          slots: countSlots(ranges),
          said,
          nodes: told.map(({ nodeId }) => name(nodeId)),
          ...(source ? { source: name(source) } : {}),
          ...(target ? { target: name(target) } : {}),
        },
      },
    ];
  });
}
