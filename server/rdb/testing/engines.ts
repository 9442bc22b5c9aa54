import { existsSync } from "node:fs";
import { basename } from "node:path";
import { type Family, familyOf } from "@/server/rdb/types";
import { rdbVersionOf } from "@/server/rdb/versions";
import { startNode, type TestNode, type TestNodeOptions } from "@/server/testing/node";

/** A server binary that these tests run on: the machine's own, and those of SHARDBOARD_TEST_ENGINES (paths with commas between). */
export type Engine = { readonly name: string; readonly path: string | undefined };

export function engines(): readonly Engine[] {
  const given = (process.env.SHARDBOARD_TEST_ENGINES ?? "").split(",").filter((path) => path !== "");
  for (const path of given) if (!existsSync(path)) throw new Error(`SHARDBOARD_TEST_ENGINES: no ${path}`);
  const extra = given.map((path) => ({ name: basename(path), path }));
  const all = [{ name: "the machine's server", path: undefined }, ...extra];
  console.log(`engines: ${all.map(({ name }) => name).join(", ")}`);
  return all;
}

export type EngineNode = TestNode & { readonly family: Family; readonly rdbVersion: number };

export async function startEngine(engine: Engine, options: TestNodeOptions): Promise<EngineNode> {
  const config = ["enable-debug-command yes", ...(options.config ?? [])];
  const node = await withServer(engine.path, () => startNode({ cluster: false, ...options, config }));
  return Object.assign(node, await releaseOf(node));
}

/** A node looks for its server before it first waits: the variable is back in place when others look. */
function withServer<T>(path: string | undefined, start: () => T): T {
  const before = process.env.SHARDBOARD_ENGINE;
  if (path) process.env.SHARDBOARD_ENGINE = path;
  try {
    return start();
  } finally {
    if (before === undefined) delete process.env.SHARDBOARD_ENGINE;
    else process.env.SHARDBOARD_ENGINE = before;
  }
}

/** Forks name their release in fields of their own; a build that is no release has the newest version. */
async function releaseOf(node: TestNode): Promise<{ readonly family: Family; readonly rdbVersion: number }> {
  const text = String(await node.call("INFO", "server"));
  const foreign = /^(?:valkey|kv)_version:(\S+)/m.exec(text)?.[1];
  const own = /^redis_version:(\S+)/m.exec(text)?.[1] ?? "";
  const version = foreign ? rdbVersionOf("valkey", foreign) : rdbVersionOf("redis", own);
  if (version === undefined) throw new Error(`no RDB version for ${foreign ?? own}`);
  return { family: familyOf(version), rdbVersion: version };
}
