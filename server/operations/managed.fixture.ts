import { mkdtempSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Cluster } from "ioredis";
import type { ClusterId, NodeId } from "@/lib/cluster/node";
import type { ManagedNode } from "@/lib/wire/runtime";
import type { Model } from "@/server/migrate/testing/data";
import { files } from "@/server/runtime/node-config";
import { terminate } from "@/server/runtime/node-process";
import { processTable } from "@/server/runtime/process-table";
import { findServer } from "@/server/testing/node";
import { makeEngine, type TestEngine, type TestEngineOptions, told } from "./console.fixture";

export type ManagedLab = {
  readonly engine: TestEngine;
  readonly id: ClusterId;
  readonly nodes: readonly ManagedNode[];
  nodeId(i: number): NodeId;
  /** The next life of the console on the same data; the nodes go on running. */
  again(): Promise<ManagedLab>;
  close(): Promise<void>;
};

const wire = ({ observer, runtime }: TestEngine) => observer.onTopology((at, topology) => runtime.seen(at, topology));

/** A cluster of real servers that the console prepared, started and joined itself: 3 primaries with a replica each. */
export async function startManaged(
  port: number,
  options: TestEngineOptions = {},
  fields: { readonly nodeTimeoutMs: number } = { nodeTimeoutMs: 2000 },
): Promise<ManagedLab> {
  process.env.SHARDBOARD_ENGINE ??= findServer(mkdtempSync(join(tmpdir(), "shardboard-engine-")));
  const engine = makeEngine(options);
  wire(engine);
  const nodes = await engine.runtime.prepare({ count: 6, port, fields, start: true, sandbox: true });
  const wish = {
    verb: "create",
    name: "lab",
    nodes: nodes.map((node) => ({ managedId: node.id })),
    replicasPerPrimary: 1,
  };
  const made = await engine.run(await engine.plan(undefined, wish as never));
  if (made.state !== "succeeded") throw new Error(told(made));
  return labOf(engine, made.clusterId, await engine.runtime.list());
}

function labOf(engine: TestEngine, id: ClusterId, nodes: readonly ManagedNode[]): ManagedLab {
  return {
    engine,
    id,
    nodes,
    nodeId: (i) => nodes[i]?.nodeId as NodeId,
    again: async () => {
      await engine.close({ keepFolder: true });
      const next = makeEngine({ folder: engine.folder });
      wire(next);
      await next.runtime.adopt();
      return labOf(next, id, nodes);
    },
    close: async () => {
      const running = await engine.runtime.list();
      for (const { folder } of running) await endServer(folder);
      await engine.close();
    },
  };
}

/** However a test ended: what runs in the folder of one of its nodes goes with it. */
async function endServer(folder: string): Promise<void> {
  const pid = Number(await readFile(join(folder, files.pid), "utf8").catch(() => ""));
  const facts = pid > 1 ? await processTable.read(pid) : undefined;
  if (facts && (facts.cwd === undefined || facts.cwd === folder)) await terminate(folder, facts, { signal: "SIGKILL" });
}

/** Keys whose value is not what was acknowledged last. */
export async function lostIn(nodes: readonly ManagedNode[], model: Model): Promise<readonly string[]> {
  const client = new Cluster(nodes.map(({ endpoint }) => endpoint));
  try {
    const lost: string[] = [];
    for (const [name, { key, value }] of model)
      if (String(await client.get(String(key))) !== String(value)) lost.push(name);
    return lost;
  } finally {
    client.disconnect();
  }
}
