import type { NodeId } from "@/lib/cluster/node";
import { equalRanges, formatRanges, rangesOf, type Slot } from "@/lib/cluster/slots";
import { drivenAt } from "@/lib/plans/way";
import { type AtomicTask, type Dialect, isBusy } from "./dialect";
import { foreignTask, isOurs } from "./foreign-tasks";
import { replyOf } from "./lines";
import type { Run } from "./run";
import { type MoveStop, stop, Trouble } from "./stop";

/** The tasks of both ends, as they say. */
export type Tasks = { readonly atSource: readonly AtomicTask[]; readonly atTarget: readonly AtomicTask[] };

/** What the two primaries of one move are told and asked in a dialect. */
export class Ends {
  readonly run: Run;
  readonly dialect: Dialect;

  constructor(run: Run, dialect: Dialect) {
    this.run = run;
    this.dialect = dialect;
  }

  get driver(): NodeId {
    return drivenAt[this.dialect.way] === "source" ? this.run.source : this.run.target;
  }

  async read(): Promise<Tasks> {
    const { source, target } = this.run;
    const [atSource, atTarget] = await Promise.all([this.#list(source), this.#list(target)]);
    return { atSource, atTarget };
  }

  /** At the end that was told. */
  driven({ atSource, atTarget }: Tasks): readonly AtomicTask[] {
    return drivenAt[this.dialect.way] === "source" ? atSource : atTarget;
  }

  foreign({ atSource, atTarget }: Tasks): MoveStop | undefined {
    const { job, source, target } = this.run;
    return foreignTask(job, source, atSource) ?? foreignTask(job, target, atTarget);
  }

  /** Of these very slots, and under way: whoever lost its reply finds it again by them. */
  running(tasks: Tasks, slots: readonly Slot[]): AtomicTask | undefined {
    const ranges = rangesOf(slots);
    return this.driven(tasks).find((task) => isBusy(task) && equalRanges(task.ranges, ranges));
  }

  /** Whether it was sent: a cancel that would end somebody else's task is not. */
  async cancel(task: AtomicTask): Promise<boolean> {
    const given = this.driven(await this.read()).filter((one) => isBusy(one) && one.role === "gives");
    if (this.dialect.cancelsAll && given.some((one) => !isOurs(one, this.run.job))) return false;
    const [reply] = await this.run.lines.ask(this.driver, [this.dialect.cancel(task)]);
    return reply?.ok ?? false;
  }

  async #list(id: NodeId): Promise<readonly AtomicTask[]> {
    const [reply] = await this.run.lines.ask(id, [this.dialect.list]);
    if (reply && !reply.ok && /unknown subcommand|unknown command/i.test(reply.error.message))
      throw stop("step-failed", "wayGone", { node: id, reason: reply.error.message }, { nodeId: id });
    return this.dialect.parse(replyOf(reply, id));
  }
}

export const told = ({ ranges, id }: AtomicTask) => ({ ranges: formatRanges(ranges), task: id });

/** The server ended the task without its work. What there was of it is deleted, and all is with the source. */
export class TaskEnded extends Trouble {
  readonly task: AtomicTask;

  constructor(task: AtomicTask, node: NodeId, said: readonly string[]) {
    super(said.filter(Boolean).join("; ") || `the task ended as ${task.said}`, node);
    this.name = "TaskEnded";
    this.task = task;
  }
}
