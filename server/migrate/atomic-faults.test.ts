import { afterEach, describe, expect, test } from "vitest";
import { eachSlot } from "@/lib/cluster/slots";
import { startWords } from "@/lib/plans/way";
import { Link } from "@/server/link";
import { startNode } from "@/server/testing/node";
import { until } from "@/server/testing/until";
import { askOffer, dialects, moverOf } from "./choose";
import { isBusy } from "./dialect";
import type { MoveJob } from "./mover";
import { makeEntries } from "./testing/data";
import { range, type Stage, startStage } from "./testing/stage";
import { startWriter } from "./testing/writer";

/** Real servers that move slots by themselves, with nodes that die and people who act meanwhile: where there are any. */
const BASE = 9440;
const engines = (process.env.SHARDBOARD_TEST_ENGINES ?? "").split(",").filter(Boolean);
const ranges = [range(100, 299)];
const elsewhere = [range(1000, 1199)];

const offers = await Promise.all(
  engines.map(async (engine, i) => {
    const node = await startNode({ port: BASE + i, engine });
    const link = await Link.open({ endpoint: node.endpoint });
    const { ways } = await askOffer(link);
    link.close();
    await node.close();
    return ways.map((way) => ({ way, engine }));
  }),
);
const subjects = offers.flat();

let stage: Stage | undefined;
afterEach(async () => {
  await stage?.close();
  stage = undefined;
});

test("says where it ran", () => {
  const names = subjects.map(({ way, engine }) => `${way} on ${engine}`);
  process.stdout.write(`atomic faults ran: ${names.join("; ") || "not run, no engine offers a way"}\n`);
});

describe.each(subjects)("$way", ({ way, engine }) => {
  const mover = moverOf(way);
  const dialect = dialects.find((one) => one.way === way) ?? dialects[0];
  const prepare = async (replicas: number): Promise<Stage> => {
    stage = await startStage({ basePort: BASE, primaries: 3, replicas, engine });
    await stage.fill(makeEntries({ slots: eachSlot([...ranges, ...elsewhere]), keysPerSlot: 150, ttlEvery: 9 }));
    return stage;
  };
  const onceStarted = (act: () => Promise<unknown>): NonNullable<MoveJob["hook"]> => {
    let isDone = false;
    return async (point) => {
      if (point !== "after-importing" || isDone) return;
      isDone = true;
      await act();
    };
  };

  test("the source dies under a task: its replica gives the slots instead", async () => {
    const made = await prepare(3);
    const [a, b] = [made.node(0), made.node(1)];
    const on = made.console();
    const job = on.job({ source: a.id, target: b.id, ranges, hook: onceStarted(() => a.kill()) });
    expect(await mover.move(job)).toEqual({ kind: "done" });
    await a.start();
    await made.allIsWell();
  });

  test("the target dies under a task: its replica takes the slots instead", async () => {
    const made = await prepare(3);
    const [a, b] = [made.node(0), made.node(1)];
    const on = made.console();
    const job = on.job({ source: a.id, target: b.id, ranges, hook: onceStarted(() => b.kill()) });
    expect(await mover.move(job)).toEqual({ kind: "done" });
    await b.start();
    await made.allIsWell();
  });

  test("people beside it: a cancel, a task of their own, and SETSLOT while one runs", async () => {
    const made = await prepare(0);
    const [a, b, c] = [made.node(0), made.node(1), made.node(2)];
    const writer = await startWriter({ nodes: made.cluster.nodes, slots: [...eachSlot(ranges)] });
    const on = made.console();
    const job = on.job({ source: a.id, target: b.id, ranges });
    const driver = way === "valkey-asm" ? a : b;
    const byHand = way === "valkey-asm" ? ["CANCELSLOTMIGRATIONS"] : ["MIGRATION", "CANCEL", "ALL"];
    const cancelled = await mover.move({
      ...job,
      hook: onceStarted(() => driver.call("CLUSTER", ...byHand).catch(() => undefined)),
    });
    if (cancelled.kind === "stopped")
      expect(cancelled.reason).toMatchObject({ code: "foreign-change", details: { sentence: "taskCancelled" } });
    else process.stdout.write(`${way}: it was over before the cancel came\n`);
    expect(on.journal.unsettled()).toEqual([]);

    const theirs = way === "valkey-asm" ? a : c;
    await theirs.call(...startWords(way, elsewhere, c.id));
    const classic = await moverOf("setslot").move(job);
    const ours = await mover.move(job);
    const busy = (await until("their task to end", 20_000, async () => {
      const tasks = dialect?.parse(await theirs.call(...dialect.list)) ?? [];
      return tasks.some(isBusy) ? undefined : { tasks };
    })) as object;
    expect(busy).toBeDefined();
    for (const outcome of [classic, ours])
      if (outcome.kind === "stopped") expect(outcome.reason.code).toBe("foreign-change");
    process.stdout.write(`${way}: beside their task SETSLOT ${classic.kind}, ours ${ours.kind}\n`);
    expect(await mover.move(job)).toEqual({ kind: "done" });
    await writer.stop(made.model);
    await made.allIsWell();
  });
});
