import type { Topology } from "@/lib/cluster/topology";
import { isOpsError, type OpsError } from "@/lib/errors";
import type { Operation } from "@/lib/operation";
import { isRefused } from "@/lib/plans/plan";
import type { Wish } from "@/lib/plans/wish";
import { cliOutput } from "@/lib/words/en/cli-output";
import type { Desk } from "../desk/desk";
import { openDesk } from "../desk/open";
import { type Asked, type ExitCode, first, type Run } from "../grammar/asked";
import { type Out, openOut } from "../tell/out";
import { commandLines, planLines } from "../tell/plan-lines";
import { confirmed } from "./confirm";
import { follow } from "./follow";
import { scheduleOf } from "./schedule";

export type Making = { readonly asked: Asked; readonly topology: Topology; readonly out: Out; readonly desk: Desk };
type Verb = {
  /** Throws UsageError for flags that make no sense together: before anything is connected to. */
  readonly check?: (asked: Asked) => unknown;
  /** Flags and words into what is wished for. */
  readonly wish: (making: Making) => Wish | Promise<Wish>;
  /** What redis-cli would say at the end, for scripts that look for it. */
  readonly done?: (operation: Operation, topology: Topology) => readonly string[];
};

/** A verb that changes a cluster: plan, show, ask, run, prove. */
export const changes =
  ({ check, wish, done }: Verb): Run =>
  async (asked) => {
    check?.(asked);
    scheduleOf(asked.flags);
    const out = openOut(asked.flags);
    const desk = await openDesk(asked, out);
    try {
      const { topology } = await desk.picture();
      const wished = await wish({ asked, topology, out, desk });
      return await carryOut({
        asked,
        desk,
        out,
        wish: wished,
        topology,
        done: (operation) => done?.(operation, topology) ?? [],
      });
    } finally {
      await desk.close();
    }
  };

type Carrying = {
  readonly asked: Asked;
  readonly desk: Desk;
  readonly out: Out;
  readonly wish: Wish;
  readonly topology: Topology | undefined;
  readonly done: (operation: Operation) => readonly string[] | Promise<readonly string[]>;
};

export async function carryOut({ asked, desk, out, wish, topology, done }: Carrying): Promise<ExitCode> {
  const { flags } = asked;
  const isDry = flags["dry-run"] === true || flags["cluster-simulate"] === true;
  const plan = await desk.plan(wish).catch((error: unknown) => doneAlready(error, topology));
  if (isOpsError(plan)) {
    out.line(cliOutput.plan.nothingToDo({ text: plan.message }));
    out.document({ event: "end", done: plan.sentence });
    return 0;
  }
  for (const line of planLines(plan, topology)) out.line(line);
  out.document({ event: "plan", plan });
  if (isDry) for (const line of commandLines(plan)) out.line(line);
  if (isRefused(plan)) {
    out.line(cliOutput.plan.isRefused(), "bad");
    return 1;
  }
  if (isDry) {
    out.line(cliOutput.plan.dryRun());
    return 0;
  }
  const confirmation = await confirmed(flags, plan, out);
  if (!confirmation) {
    out.line(cliOutput.ask.no());
    return 1;
  }
  const following = { desk, out, flags, topology, resume: resumeLine(asked) };
  const { operation, code } = await follow(following, () =>
    desk.start(plan, { ...confirmation, schedule: scheduleOf(flags) }),
  );
  if (operation.state === "succeeded") for (const line of await done(operation)) out.line(line);
  return code;
}

/** A plan that is turned down because all is as wished is no failure; where a node is silent, nobody knows. */
function doneAlready(error: unknown, topology: Topology | undefined): OpsError {
  if (!isOpsError(error)) throw error;
  const isHeard = topology?.nodes.every((node) => node.answer.kind === "answered") ?? false;
  const isDone = DONE.has(error.sentence) || (error.sentence === "planSettingsThere" && isHeard);
  if (!isDone) throw error;
  return error;
}
const DONE: ReadonlySet<string | undefined> = new Set(["planBalanced", "planNothingToFix"]);

/** Of verbs that move slots. */
export const paceOf = ({ flags: { pace } }: Asked) => (pace === undefined ? {} : { pace });

/** What to type to go on. */
export function resumeLine(asked: Asked): string {
  const address = first(asked, "cluster") || first(asked, "nodes");
  const { console: url } = asked.flags;
  return `shardboard cluster resume ${address}${url === undefined ? "" : ` --console ${url}`}`;
}
