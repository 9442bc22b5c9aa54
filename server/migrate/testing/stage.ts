import { expect } from "vitest";
import type { SlotRange, SlotRanges } from "@/lib/cluster/slots";
import { startCluster, type TestCluster, type TestClusterOptions } from "@/server/testing/cluster";
import type { TestNode } from "@/server/testing/node";
import type { MoveJob, MoveOutcome } from "../mover";
import { setslotMover } from "../setslot";
import { compare, nothingLost, settledOwners } from "./checks";
import { startConsole, type TestConsole } from "./console";
import { type Entry, fill, type Model } from "./data";

/** A cluster, a console on it, and what the cluster must hold. */
export type Stage = {
  readonly cluster: TestCluster;
  readonly model: Model;
  /** A console of its own for one story. */
  console(options?: Partial<Parameters<typeof startConsole>[0]>): TestConsole;
  node(i: number): TestNode;
  /** Who owns what now, when all views agree and nothing is open. */
  owners(): Promise<ReadonlyMap<TestNode, SlotRanges>>;
  fill(entries: readonly Entry[]): Promise<void>;
  /** 0 lost, 0 wrong, 0 off in time, 0 stray, 0 open, all agree. */
  allIsWell(): Promise<ReadonlyMap<TestNode, SlotRanges>>;
  close(): Promise<void>;
};

export async function startStage(options: TestClusterOptions): Promise<Stage> {
  const cluster = await startCluster(options);
  const consoles: TestConsole[] = [];
  const model: Model = new Map();
  const owners = () => settledOwners(cluster.nodes);
  return {
    cluster,
    model,
    owners,
    console: (given) => {
      const made = startConsole({ nodes: cluster.nodes, ...given });
      consoles.push(made);
      return made;
    },
    node: (i) => cluster.nodes[i] as TestNode,
    fill: async (entries) => {
      const now = await owners();
      await fill(
        [...now].map(([node, ranges]) => ({ node, ranges })),
        entries,
        model,
      );
    },
    allIsWell: async () => {
      const now = await owners();
      expect(await compare(now, model)).toEqual(nothingLost);
      return now;
    },
    close: async () => {
      for (const made of consoles) made.close();
      await cluster.close();
    },
  };
}

/** What the step loop does on resume: close what is open, then move the rest. */
export async function resume(job: MoveJob, on: TestConsole): Promise<MoveOutcome> {
  const closed = await setslotMover.closeOpen(job, on.journal.unsettled());
  return closed.kind === "done" ? setslotMover.move(job) : closed;
}

export const range = (first: number, last: number): SlotRange => [first, last];
