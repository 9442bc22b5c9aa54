import { asClusterId, asNodeId } from "@/lib/cluster/node";
import { makeEngine } from "./console.fixture";

/**
 * A console of its own process, to be killed: starts a reshard in the given folder and says how many slots have moved.
 * `node child folder source target slots [freezeAfter]`: stops itself by SIGSTOP when so many slots have moved, between
 * two turns of its loop, where it holds no lock on the database.
 */
export async function firstLife(args: readonly string[]): Promise<void> {
  const [folder = "", source = "", target = "", slots, freezeAfter] = args;
  let isFrozen = false;
  const engine = makeEngine({ folder });
  const id = asClusterId("lab");
  await engine.observer.waitFor(id, ({ state }) => state === "ok", { deadlineMs: 15_000, what: "the cluster" });
  engine.hub.subscribe((event) => {
    if (event.type !== "operation" || event.event.type !== "progress") return;
    const operation = engine.operations.get(id, event.event.operationId);
    const moved = operation.steps.reduce((sum, step) => sum + step.slotsMoved, 0);
    process.stdout.write(`moved ${moved}\n`);
    if (isFrozen || freezeAfter === undefined || moved < Number(freezeAfter)) return;
    isFrozen = true;
    setImmediate(() => {
      process.stdout.write("frozen\n", () => process.kill(process.pid, "SIGSTOP"));
    });
  });
  const plan = await engine.plan(id, {
    verb: "reshard",
    target: asNodeId(target),
    sources: [asNodeId(source)],
    slots: Number(slots),
  });
  const operation = await engine.start(plan);
  process.stdout.write(`started ${operation.id}\n`);
  const ended = await engine.operations.finished(operation.id, { deadlineMs: 120_000 });
  process.stdout.write(`ended ${ended.state}\n`);
}

/** The same, importing: `node child folder port`. Moves the keys of a standalone server in small batches. */
export async function firstImport(args: readonly string[]): Promise<void> {
  const [folder = "", port] = args;
  const engine = makeEngine({ folder });
  const id = asClusterId("lab");
  await engine.observer.waitFor(id, ({ state }) => state === "ok", { deadlineMs: 15_000, what: "the cluster" });
  const endpoint = { host: "127.0.0.1", port: Number(port) };
  const operation = await engine.start(
    await engine.plan(id, {
      verb: "import",
      from: [{ kind: "server", endpoint }],
      way: "move",
      db: 0,
      otherDatabases: "refuse",
      present: "refuse",
      accepts: [],
      batchKeys: 10,
    }),
  );
  process.stdout.write(`started ${operation.id}\n`);
  const ended = await engine.operations.finished(operation.id, { deadlineMs: 120_000 });
  process.stdout.write(`ended ${ended.state}\n`);
}
