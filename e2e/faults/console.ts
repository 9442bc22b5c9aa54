import type { Operation } from "@/lib/operation";
import type { Plan } from "@/lib/plans/plan";
import type { ClusterSummary } from "@/lib/wire/clusters";
import { endOf, planOf, startOf } from "../fixtures/cluster";
import { type RunningConsole, startConsole } from "../fixtures/console";
import type { FaultCluster } from "./cluster";
import type { Kit } from "./target";

/** A console as `npm start` makes it, without a sandbox of its own, that knows one cluster of the harness. */
export type Watching = {
  readonly console: RunningConsole;
  readonly clusterId: string;
  start(wish: object): Promise<Operation>;
  plan(wish: object): Promise<Plan>;
  end(started: Pick<Operation, "id" | "clusterId">, deadlineMs?: number): Promise<Operation>;
  close(): Promise<void>;
};

/** Above the nodes of this target and their doors. */
const CONSOLE_ABOVE = 90;

export async function watch(kit: Kit, cluster: FaultCluster): Promise<Watching> {
  const [one] = await watchAll(kit, [cluster]);
  if (!one) throw new Error("no cluster was taken");
  return one;
}

/** One console for all of them. */
export async function watchAll(kit: Kit, clusters: readonly FaultCluster[]): Promise<readonly Watching[]> {
  const running = await startOn(kit);
  const all: Watching[] = [];
  for (const [i, { entry }] of clusters.entries()) {
    const [host = "", port = ""] = entry.split(":");
    const asked = { name: i === 0 ? "faults" : `faults ${i + 1}`, seeds: [{ host, port: Number(port) }] };
    const { status, body } = await running.call<ClusterSummary>("POST", "/api/clusters", asked);
    if (status !== 201) throw new Error(`the cluster was not taken (${status}): ${JSON.stringify(body)}`);
    all.push(watching(running, body.id));
  }
  return all;
}

/** The next life, on the same data. */
export const watchAgain = async (kit: Kit, clusterId: string): Promise<Watching> =>
  watching(await startOn(kit), clusterId);

const startOn = (kit: Kit): Promise<RunningConsole> =>
  startConsole({
    port: kit.port + CONSOLE_ABOVE,
    data: `${kit.folder}/console`,
    env: { SHARDBOARD_SANDBOX: "0", SHARDBOARD_ENGINE: kit.engine },
  });

const watching = (running: RunningConsole, clusterId: string): Watching => ({
  console: running,
  clusterId,
  plan: (wish) => planOf(running, clusterId, wish),
  start: async (wish) => startOf(running, await planOf(running, clusterId, wish)),
  end: (started, deadlineMs) => endOf(running, started, deadlineMs),
  close: running.stop,
});
