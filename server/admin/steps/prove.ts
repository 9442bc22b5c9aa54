import { eachSlot, subtractRanges } from "@/lib/cluster/slots";
import type { ProofLine, StopReason } from "@/lib/operation";
import { isUp, nodeName } from "@/lib/plans/members";
import { stopsAll } from "@/lib/plans/plan";
import type { StepOf } from "@/lib/plans/step";
import { proof } from "@/lib/words/en/proof";
import { done, type Look, type StepContext, type StepOutcome } from "./context";
import { importProof } from "./import-proof";
import { line, movedRanges, proofLines } from "./proof-lines";
import { restoreProof } from "./restore-proof";
import { rollingProof } from "./rolling-proof";
import { backupProof } from "./seal-backup";
import { configuredProof, settingsProof } from "./settings-proof";
import { stoppedProof } from "./stopped-proof";
import { waitFor } from "./wait";

/** Gossip, a replica's next report and a node that restarts need a few node timeouts. */
const TIMEOUTS = 4;
const LEAST_MS = 10_000;
const MOST_MS = 60_000;
const COUNTED_AT_ONCE = 2000;

/** Looks until everything holds at once, or says what does not. Changes nothing. */
export async function prove(_step: StepOf<"prove">, context: StepContext): Promise<StepOutcome> {
  return stopsAll(context.plan.verb) ? proveStopped(context) : proveRunning(context);
}

async function proveStopped(context: StepContext): Promise<StepOutcome> {
  let lines: readonly ProofLine[] = [];
  const proved = await waitFor(context, {
    deadlineMs: LEAST_MS,
    everyMs: 250,
    uninterrupted: true,
    ask: async () => {
      lines = await stoppedProof(context);
      return lines.every((one) => one.state !== "fail");
    },
  });
  context.prove(lines);
  return proved ? done() : { kind: "stopped", reason: notProved(lines) };
}

async function proveRunning(context: StepContext): Promise<StepOutcome> {
  let lines: readonly ProofLine[] = [];
  const { nodeTimeoutMs } = await context.sweep();
  const proved = await waitFor(context, {
    deadlineMs: Math.min(MOST_MS, Math.max(LEAST_MS, TIMEOUTS * nodeTimeoutMs)),
    everyMs: 250,
    uninterrupted: true,
    ask: async () => {
      const look = await context.look();
      const evidence = { operation: context.operation(), ...look };
      lines = [...proofLines(evidence), ...rollingProof(evidence)];
      if (lines.some((one) => one.state === "fail")) return false;
      lines = [...lines, ...(await settingsProof(context)), ...(await configuredProof(context))];
      if (lines.some((one) => one.state === "fail")) return false;
      const counted = await keysLeftBehind(look, context);
      lines = [
        ...lines,
        ...(counted ? [counted] : []),
        ...(await backupProof(context)),
        ...(await restoreProof(context)),
      ];
      return lines.every((one) => one.state !== "fail");
    },
  });
  // Once, and last: every key is read again, and no waiting would change what is found.
  lines = [...lines, ...(await importProof(context))];
  context.prove(lines);
  return proved && lines.every((one) => one.state !== "fail") ? done() : { kind: "stopped", reason: notProved(lines) };
}

function notProved(lines: readonly ProofLine[]): StopReason {
  const details = { lines: lines.filter((one) => one.state === "fail").map((one) => one.text) };
  return { code: "not-proved", details, text: proof.reasons.notProved(details) };
}

/** Each moved slot counts 0 keys on every primary but its owner. */
async function keysLeftBehind({ topology }: Look, context: StepContext): Promise<ProofLine | undefined> {
  const ranges = movedRanges({ operation: context.operation() });
  if (ranges.length === 0) return undefined;
  const primaries = topology.nodes.filter((node) => node.role === "primary" && isUp(node));
  const where = await Promise.all(
    primaries.map(async (node) => {
      const slots = [...eachSlot(subtractRanges(ranges, node.ranges))];
      const link = await context.link(node.id);
      const found: string[] = [];
      for (let at = 0; at < slots.length; at += COUNTED_AT_ONCE) {
        const some = slots.slice(at, at + COUNTED_AT_ONCE);
        const counts = await link.pipeline(some.map((slot) => ["CLUSTER", "COUNTKEYSINSLOT", slot]));
        for (const [i, count] of counts.entries()) {
          if (!count.ok) throw count.error;
          if (Number(count.value) > 0) found.push(`${Number(count.value)} in slot ${some[i]} on ${nodeName(node)}`);
        }
      }
      return found;
    }),
  );
  const slots = ranges.reduce((sum, [first, last]) => sum + last - first + 1, 0);
  const left = where.flat();
  return left.length === 0
    ? line("keys-left-behind", "pass", { slots, nodes: Math.max(0, primaries.length - 1) })
    : line("keys-left-behind", "fail", { where: left.slice(0, 12) });
}
