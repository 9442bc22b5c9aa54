import { formatEndpoint } from "@/lib/cluster/node";
import type { Topology } from "@/lib/cluster/topology";
import { formatCount } from "@/lib/format";
import { cli } from "@/lib/words/en/cli";
import { cliOutput } from "@/lib/words/en/cli-output";
import type { KeysPerNode } from "@/server/sandbox-data";
import { type ExitCode, type Run, UsageError } from "../grammar/asked";
import { ask, isTerminal } from "../tell/ask";
import { type Out, openOut } from "../tell/out";
import { withRuntime } from "./engine";

const words = cliOutput.sandbox;
const KEYS = 10_000;
const MOST_KEYS = 5_000_000;

export const fill: Run = async ({ flags }) => {
  const count = flags.count ?? KEYS;
  if (!Number.isInteger(count) || count < 1 || count > MOST_KEYS)
    throw new UsageError(
      cli.usage.value({ flag: "--count", reason: cli.usage.between({ least: 1, most: MOST_KEYS }) }),
    );
  const out = openOut(flags);
  return onSandbox(out, async (topology) => {
    const { fillSandbox } = await import("@/server/sandbox-data");
    tell(out, topology, await fillSandbox(topology, count));
    return 0;
  });
};

/** Asks first, whoever wrote the keys. */
export const clean: Run = async ({ flags }) => {
  const out = openOut(flags);
  return onSandbox(out, async (topology) => {
    const { cleanSandbox, eachOwner } = await import("@/server/sandbox-data");
    const there = await eachOwner(topology, async () => undefined);
    tell(out, topology, there);
    if (!flags["cluster-yes"] && !(await isSure(out, sumOf(there)))) {
      out.line(cliOutput.ask.no());
      return 1;
    }
    tell(out, topology, await cleanSandbox(topology));
    return 0;
  });
};

async function isSure(out: Out, keys: number): Promise<boolean> {
  const answer = await ask(out, words.wipe({ keys: formatCount(keys) }));
  if (answer === undefined && !isTerminal()) throw new UsageError(cli.usage.needsYes());
  return answer === "yes";
}

async function onSandbox(out: Out, work: (topology: Topology) => Promise<ExitCode>): Promise<ExitCode> {
  const nodes = await withRuntime((runtime) => runtime.list());
  const running = nodes.filter((node) => node.sandbox && node.process.state === "running");
  if (running.length === 0) {
    out.line(cliOutput.nodes.sandboxDown());
    return 1;
  }
  const { lookAt } = await import("../desk/look");
  const looker = await lookAt(
    running.map((node) => node.endpoint),
    {},
  );
  try {
    const { topology } = await looker.picture();
    return await work(topology);
  } finally {
    await looker.close();
  }
}

function tell(out: Out, topology: Topology, keys: KeysPerNode): void {
  const told = topology.nodes.flatMap((node) => {
    const count = keys.get(node.id);
    return count === undefined ? [] : [{ node: node.id, address: formatEndpoint(node.endpoint), keys: count }];
  });
  out.document({ nodes: told, keys: sumOf(keys) });
  if (out.json) return;
  for (const { address, keys: count } of told) out.line(words.holds({ address, keys: formatCount(count) }));
  out.line(words.inAll({ keys: formatCount(sumOf(keys)) }));
}

const sumOf = (keys: KeysPerNode): number => [...keys.values()].reduce((sum, count) => sum + count, 0);
