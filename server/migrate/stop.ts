import type { NodeId } from "@/lib/cluster/node";
import type { Slot } from "@/lib/cluster/slots";
import type { Details } from "@/lib/errors";
import type { StopReason } from "@/lib/operation";
import { stops } from "@/lib/words/en/stops";

/** Ends the move with a reason that a person must look at. What is open stays open. */
export class MoveStop extends Error {
  readonly reason: StopReason;

  constructor(reason: StopReason) {
    super(reason.text);
    this.name = "MoveStop";
    this.reason = reason;
  }
}

/** Something is not as expected, or an outcome is unknown: read the servers again before the next call. */
export class Trouble extends Error {
  readonly node: NodeId | undefined;

  constructor(message: string, node?: NodeId) {
    super(message);
    this.name = "Trouble";
    this.node = node;
  }
}

type Sentence = keyof typeof stops;

/** A reason with its sentence finished. `node` inside details is what the sentence calls the node. */
export function stop<S extends Sentence>(
  code: StopReason["code"],
  sentence: S,
  details: Parameters<(typeof stops)[S]>[0] extends infer D ? (D extends Details ? D : Details) : never,
  at: { readonly nodeId?: NodeId | undefined; readonly slot?: Slot | undefined } = {},
): MoveStop {
  const say = stops[sentence] as (details: Details) => string;
  return new MoveStop({
    code,
    ...(at.nodeId === undefined ? {} : { nodeId: at.nodeId }),
    ...(at.slot === undefined ? {} : { slot: at.slot }),
    details: { sentence, ...details },
    text: say(details),
  });
}
