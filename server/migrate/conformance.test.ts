import { basename } from "node:path";
import { afterAll } from "vitest";
import { parseInfo } from "@/lib/cluster/parse";
import { readStats } from "@/lib/cluster/stats";
import { type MoveWay, moveWays } from "@/lib/plans/way";
import { Link } from "@/server/link";
import { startNode } from "@/server/testing/node";
import { askOffer, moverOf } from "./choose";
import { conformance } from "./conformance";

/**
 * SETSLOT and MIGRATE on the server that is here, always. Every other engine named in SHARDBOARD_TEST_ENGINES by what
 * it offers; SHARDBOARD_TEST_SWAPS is how often two ranges change places.
 */
const BASE = 9400;
const swaps = Number(process.env.SHARDBOARD_TEST_SWAPS ?? 3);
const engines = (process.env.SHARDBOARD_TEST_ENGINES ?? "").split(",").filter(Boolean);
const ran: string[] = [];
let basePort = BASE;

async function run(engine: string | undefined): Promise<void> {
  const node = await startNode({ port: basePort, engine });
  const link = await Link.open({ endpoint: node.endpoint });
  const { version } = readStats(parseInfo(String(await link.call(["INFO"]))), 0);
  const { ways } = await askOffer(link);
  link.close();
  await node.close();
  const name = `${engine ? basename(engine) : "the server of this machine"} ${version}`;
  const all: readonly MoveWay[] = ["setslot", ...ways];
  for (const way of all) {
    conformance({ name, engine, mover: moverOf(way), basePort, swaps });
    ran.push(`${way} on ${name}`);
    basePort += 10;
  }
}

for (const engine of [undefined, ...engines]) await run(engine);

afterAll(() => {
  const missing = moveWays.filter((way) => !ran.some((one) => one.startsWith(`${way} `)));
  process.stdout.write(`conformance ran: ${ran.join("; ")}\n`);
  if (missing.length > 0)
    process.stdout.write(`conformance not run: ${missing.join(", ")} (no server here offers it)\n`);
});
