import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eachSlot, hasSlot, type SlotRanges } from "@/lib/cluster/slots";
import { Link } from "@/server/link";
import type { TestNode } from "@/server/testing/node";
import { hookPoints, type MoveJob, type Mover } from "./mover";
import { announceSeed, makeEntries, seeded } from "./testing/data";
import { startProxy } from "./testing/proxy";
import { range, type Stage, startStage } from "./testing/stage";
import { startWriter } from "./testing/writer";

export type Subject = {
  readonly name: string;
  /** Path of a server; undefined: whatever this machine has. */
  readonly engine: string | undefined;
  readonly mover: Mover;
  readonly basePort: number;
  readonly swaps: number;
};

/** The word of the command whose lost reply leaves most in the dark. */
const telling: Readonly<Record<Mover["way"], string>> = {
  setslot: "MIGRATE\r",
  "valkey-asm": "MIGRATESLOTS",
  "redis-asm": "IMPORT",
};

/** What every mover owes to the step loop, whatever it does for it: shown on real servers, under writes. */
export function conformance({ name, engine, mover, basePort, swaps }: Subject): void {
  describe(`${mover.way} on ${name}`, () => {
    let stage: Stage;
    beforeAll(async () => {
      stage = await startStage({ basePort, primaries: 3, replicas: 2, engine });
    });
    afterAll(() => stage?.close());
    const [a, b] = [() => stage.node(0), () => stage.node(1)];
    const fill = (ranges: SlotRanges, prefix: string, keysPerSlot = 10) =>
      stage.fill(makeEntries({ slots: eachSlot(ranges), keysPerSlot, ttlEvery: 4, prefix }));

    test("what is asked for moves under a writer, and is told once; what is there already is passed over", async () => {
      const ranges = [range(10, 59), range(80, 89)];
      await fill(ranges, "first");
      const writer = await startWriter({ nodes: stage.cluster.nodes, slots: [...eachSlot(ranges)] });
      const on = stage.console();
      const job = on.job({ source: a().id, target: b().id, ranges, guarded: true });
      expect(await mover.move(job)).toEqual({ kind: "done" });
      await writer.stop(stage.model);
      expect(writer.errors).toEqual([]);
      const owners = await stage.allIsWell();
      expect([...eachSlot(ranges)].every((slot) => hasSlot(owners.get(b()) ?? [], slot))).toBe(true);
      const reported = on.progress.flatMap(({ moved }) => [...eachSlot(moved)]).sort((x, y) => x - y);
      expect(reported).toEqual([...eachSlot(ranges)]);
      expect(on.progress.reduce((sum, { keysMoved }) => sum + keysMoved, 0)).toBeGreaterThanOrEqual(600);
      expect(on.progress.at(-1)?.openSlots).toEqual([]);
      const windows = on.journal.windows.size;
      expect(await mover.move(job)).toEqual({ kind: "done" });
      expect(on.journal.windows.size).toBe(windows);
      expect(on.journal.unsettled()).toEqual([]);
    });

    test(
      `two ranges change places under a writer, ${swaps} times: nothing lost`,
      async () => {
        const first = 1000 + Math.floor(seeded(announceSeed("swaps"))() * 1000);
        const there = [range(first, first + 39)];
        const back = [range(6000, 6039)];
        await fill([...there, ...back], "swap");
        const writer = await startWriter({
          nodes: stage.cluster.nodes,
          slots: [...eachSlot([...there, ...back])],
        });
        const on = stage.console({ notes: false });
        for (let round = 0; round < 2 * swaps; round++) {
          const [from, to] = round % 2 === 0 ? [a(), b()] : [b(), a()];
          for (const [source, target, ranges] of [
            [from, to, there],
            [to, from, back],
          ] as const) {
            const job = on.job({ source: source.id, target: target.id, ranges, guarded: true });
            expect(await mover.move(job), `round ${round}`).toEqual({ kind: "done" });
            await stage.owners();
          }
        }
        await writer.stop(stage.model);
        expect(writer.errors).toEqual([]);
        expect(writer.written).toBeGreaterThan(100);
        await stage.allIsWell();
      },
      60_000 + 6000 * swaps,
    );

    test("killed at any point, it is closed and goes on: nothing lost, nothing open", async () => {
      const on = stage.console();
      let first = 2400;
      for (const point of hookPoints) {
        const ranges = [range(first, first + 3)];
        first += 4;
        await fill(ranges, "kill", 5);
        const job: MoveJob = on.job({ source: a().id, target: b().id, ranges, guarded: true });
        const hook: MoveJob["hook"] = (at) => {
          if (at === point) throw new Error("killed here");
        };
        const killed = await mover.move({ ...job, hook }).catch((error: Error) => error.message);
        if (killed !== "killed here") expect(killed, point).toEqual({ kind: "done" });
        expect(await mover.closeOpen(job, on.journal.unsettled()), point).toEqual({ kind: "done" });
        expect(on.journal.unsettled(), point).toEqual([]);
        await stage.owners();
        expect(await mover.move(job), point).toEqual({ kind: "done" });
      }
      const owners = await stage.allIsWell();
      expect(hasSlot(owners.get(b()) ?? [], 2400) && hasSlot(owners.get(b()) ?? [], first - 1)).toBe(true);
    });

    test("a reply that is lost is found out, not asked for again", async () => {
      const ranges = [range(3000, 3009)];
      await fill(ranges, "lost");
      const proxies = await Promise.all([a(), b()].map((node, i) => startProxy(node.endpoint, basePort + 7 + i)));
      const on = stage.console({ via: new Map([a(), b()].map((node, i) => [node.id, proxies[i]?.endpoint as never])) });
      const swallowed = Promise.race(proxies.map((proxy) => proxy.swallowReplyTo(telling[mover.way])));
      const outcome = await mover.move(on.job({ source: a().id, target: b().id, ranges, guarded: true }));
      await swallowed;
      for (const proxy of proxies) await proxy.close();
      expect(outcome).toEqual({ kind: "done" });
      await stage.allIsWell();
    });

    test("asked to stop, it begins nothing more, and what is left is the source's and closed", async () => {
      const ranges = [range(3200, 3259)];
      await fill(ranges, "stop", 30);
      const on = stage.console();
      const job = on.job({ source: a().id, target: b().id, ranges, guarded: true });
      let isAsked = false;
      const hook: MoveJob["hook"] = (at) => {
        if (at === "after-intend") isAsked = true;
      };
      const outcome = await mover.move({ ...job, hook, shouldStop: () => isAsked });
      expect(outcome).toMatchObject({ kind: "parked" });
      expect(on.journal.unsettled()).toEqual([]);
      const left = outcome.kind === "parked" ? outcome.left : [];
      const owners = await stage.allIsWell();
      expect([...eachSlot(left)].every((slot) => hasSlot(owners.get(a()) ?? [], slot))).toBe(true);
      expect(await mover.move(job)).toEqual({ kind: "done" });
      await stage.allIsWell();
    });

    test("a slot that somebody else has opened blocks it before anything is sent", async () => {
      const [x, z] = [a(), stage.node(2)];
      await z.call("CLUSTER", "SETSLOT", 3405, "IMPORTING", x.id);
      await x.call("CLUSTER", "SETSLOT", 3405, "MIGRATING", z.id);
      const on = stage.console();
      const job = on.job({ source: x.id, target: b().id, ranges: [range(3400, 3409)] });
      const reason = { code: "foreign-change", slot: 3405 };
      expect(await mover.move(job)).toMatchObject({ kind: "stopped", reason, openSlots: [] });
      expect(on.journal.windows.size).toBe(0);
      for (const node of [x, z]) await node.call("CLUSTER", "SETSLOT", 3405, "STABLE");
      expect(await mover.move(job)).toEqual({ kind: "done" });
    });

    test("pairs of one operation that share a node go side by side, there and back", async () => {
      const c = stage.node(2);
      const [one, two] = [[range(3600, 3619)], [range(3700, 3719)]];
      const operationRanges = [...one, ...two];
      await fill(operationRanges, "pairs");
      const on = stage.console();
      const out = (from: TestNode, to: TestNode, ranges: SlotRanges) =>
        mover.move(on.job({ source: from.id, target: to.id, ranges, operationRanges, guarded: false }));
      const done = [{ kind: "done" }, { kind: "done" }];
      expect(await Promise.all([out(a(), b(), one), out(a(), c, two)])).toEqual(done);
      await stage.owners();
      expect(await Promise.all([out(b(), a(), one), out(c, a(), two)])).toEqual(done);
      await stage.allIsWell();
    });

    test("a source whose config epoch another primary has too gives nothing before one of them has risen", async () => {
      const [c, ranges] = [stage.node(2), [range(3800, 3819)]];
      await fill(ranges, "epoch");
      await stage.owners();
      await Promise.all([a(), c].map((node) => node.call("CLUSTER", "BUMPEPOCH")));
      const shared: boolean[] = [];
      const hook: MoveJob["hook"] = async () => {
        const [mine, other] = await Promise.all([a(), c].map((node) => node.call("CLUSTER", "INFO")));
        const epochOf = (text: unknown) => /cluster_my_epoch:(\d+)/.exec(String(text))?.[1];
        shared.push(epochOf(mine) === epochOf(other));
      };
      const on = stage.console();
      const job = on.job({ source: a().id, target: b().id, ranges, hook, guarded: false });
      expect(await mover.move(job)).toEqual({ kind: "done" });
      expect(shared.length).toBeGreaterThan(0);
      expect(shared).not.toContain(true);
      await stage.allIsWell();
    });

    test("keys that lie at the target already keep their slot where it is, and the rest moves", async () => {
      const ranges = [range(3500, 3509)];
      await fill(ranges, "stray", 2);
      const [stray] = makeEntries({ slots: [3505], keysPerSlot: 1, prefix: "alien" });
      await b().call("CLUSTER", "SETSLOT", 3505, "IMPORTING", a().id);
      const restored = await dumpOf(stray?.value ?? Buffer.from("x"));
      await b().call("RESTORE-ASKING", stray?.key ?? "", 0, restored);
      await b().call("CLUSTER", "SETSLOT", 3505, "STABLE");
      const on = stage.console();
      const job = on.job({ source: a().id, target: b().id, ranges });
      if (Number(await b().call("CLUSTER", "COUNTKEYSINSLOT", 3505)) === 0) {
        process.stdout.write(`not run on ${name}: it deletes such keys by itself\n`);
        return;
      }
      expect(await mover.move(job)).toMatchObject({
        kind: "stopped",
        reason: { code: "key-conflict", slot: 3505 },
        openSlots: [],
        left: [range(3505, 3505)],
      });
    });

    /** A value as DUMP gives it, made on the third node. */
    async function dumpOf(value: Buffer): Promise<Buffer> {
      const c = stage.node(2);
      const [entry] = makeEntries({ slots: [12_000], keysPerSlot: 1, prefix: "dumped" });
      const key = entry?.key ?? "";
      await c.call("SET", key, value);
      const link = await Link.open({ endpoint: c.endpoint });
      try {
        const [dump] = await link.pipeline([["DUMP", key]], { buffers: true });
        await c.call("DEL", key);
        return dump?.ok && Buffer.isBuffer(dump.value) ? dump.value : Buffer.alloc(0);
      } finally {
        link.close();
      }
    }
  });
}
