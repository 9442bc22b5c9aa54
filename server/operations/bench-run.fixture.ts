import { wishSchema } from "@/lib/plans/wish";
import { makeEngine } from "./console.fixture";

const DEADLINE_MS = 600_000;

/**
 * One wish carried out by an engine of its own process, for the bench: connects, plans, runs, proves, and says in one
 * line of JSON what it took. `port wish`.
 */
export async function benchRun([port = "", wish = ""]: readonly string[]): Promise<void> {
  const engine = makeEngine();
  const id = await engine.connect(Number(port));
  const planAt = performance.now();
  const plan = await engine.plan(id, wishSchema.parse(JSON.parse(wish)));
  const planMs = performance.now() - planAt;
  const cpu = process.cpuUsage();
  const operation = await engine.start(plan);
  const ended = await engine.operations.finished(operation.id, { deadlineMs: DEADLINE_MS });
  const provedMs = Date.now();
  const { user, system } = process.cpuUsage(cpu);
  const first = engine.store.get("SELECT MIN(at_ms) AS at FROM transcript WHERE mutates = 1")?.at;
  const commands = engine.store.get("SELECT COUNT(*) AS n FROM transcript")?.n;
  const sum = (of: "keysMoved" | "slotsMoved") => ended.steps.reduce((total, step) => total + step[of], 0);
  const told = {
    state: ended.state,
    reason: ended.reason?.text,
    planMs,
    engineMs: provedMs - Number(first ?? provedMs),
    keysMoved: sum("keysMoved"),
    slotsMoved: sum("slotsMoved"),
    commands: Number(commands),
    maxRssBytes: process.resourceUsage().maxRSS * 1024,
    cpuMs: (user + system) / 1000,
  };
  await engine.close();
  process.stdout.write(`${JSON.stringify(told)}\n`);
  process.exit(0);
}
