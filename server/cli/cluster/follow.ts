import type { Topology } from "@/lib/cluster/topology";
import { formatMs } from "@/lib/format";
import { isEnded, type Operation } from "@/lib/operation";
import { cliOutput } from "@/lib/words/en/cli-output";
import { operations as stateWords } from "@/lib/words/en/operations";
import type { Desk } from "../desk/desk";
import type { ExitCode } from "../grammar/asked";
import type { FlagValues } from "../grammar/flags";
import type { Out } from "../tell/out";
import { openProgress } from "../tell/progress";
import { onInterrupt } from "./interrupt";

const words = cliOutput.run;

export type Following = {
  readonly desk: Desk;
  readonly out: Out;
  readonly flags: FlagValues;
  readonly topology: Topology | undefined;
  /** The command that goes on with it. */
  readonly resume: string;
};

/** Starts it, tells of it until it rests, and says what came of it: 0 when it is proved (and settled, if asked). */
export async function follow(
  { desk, out, flags, topology, resume }: Following,
  begin: () => Promise<Operation>,
): Promise<{ readonly operation: Operation; readonly code: ExitCode }> {
  const interrupts = onInterrupt(desk, out, resume);
  const progress = openProgress(out, topology);
  try {
    const begun = await begin();
    out.line(words.started({ id: begun.id }));
    const operation = await desk.follow(begun.id, (now) => {
      interrupts.watch(now);
      progress.show(now);
    });
    progress.end();
    tellEnd(operation, { out, resume });
    const isWhole = operation.state === "succeeded" && !operation.proof.some((line) => line.code === "absent");
    const code =
      operation.state === "scheduled" ? 0 : !isWhole ? 1 : flags.settle ? await settle(desk, operation, out) : 0;
    out.document({ event: "end", operation: await last(desk, operation) });
    return { operation, code };
  } finally {
    progress.end();
    interrupts.end();
  }
}

function tellEnd(operation: Operation, { out, resume }: Pick<Following, "out" | "resume">): void {
  const { id, state, reason, proof, openSlots, startedMs, endedMs } = operation;
  for (const { state: outcome, text } of proof)
    out.line(
      outcome === "pass"
        ? words.proofPass({ text })
        : outcome === "fail"
          ? words.proofFail({ text })
          : words.proofUnknown({ text }),
    );
  if (state === "succeeded") {
    out.line(words.proved({ id, time: formatMs((endedMs ?? 0) - (startedMs ?? 0)) }));
    return;
  }
  if (state === "scheduled") {
    out.line(words.scheduled({ id }));
    return;
  }
  out.line(words.state({ id, state: stateWords.states[state], reason: reason?.text ?? "" }), "warn");
  const open = openSlots.map(({ slot }) => String(slot));
  if (open.length > 0) out.line(words.left({ id, open, resume }), "bad");
  else if (!isEnded(state) || state === "failed") out.line(words.goOn({ resume }));
}

async function settle(desk: Desk, operation: Operation, out: Out): Promise<ExitCode> {
  out.line(words.settling());
  const settled = await desk.settled(operation);
  out.line(settled ? words.settled() : settled === undefined ? words.notSettled() : words.undone());
  return settled ? 0 : 1;
}

const last = async (desk: Desk, { id }: Operation): Promise<Operation | undefined> =>
  (await desk.operations()).find((one) => one.id === id);
