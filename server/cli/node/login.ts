import { spawn } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { formatEndpoint } from "@/lib/cluster/node";
import { cliOutput } from "@/lib/words/en/cli-output";
import type { ExitCode, Run } from "../grammar/asked";
import { openOut } from "../tell/out";
import { pickNodes, withRuntime } from "./engine";

/** redis-cli (or valkey-cli) on the node, in cluster mode; its password by the environment, never in ps. */
export const login: Run = async ({ args, flags }) => {
  const { endpoint, password } = await withRuntime(async (runtime) => {
    const [node] = pickNodes(await runtime.list(), args.node ?? []);
    const dial = runtime.dial(node?.id ?? "");
    return { endpoint: dial.endpoint, password: dial.password };
  });
  const client = ["valkey-cli", "redis-cli"].flatMap((name) => onPath(name)).at(0);
  if (!client) {
    openOut(flags).line(cliOutput.nodes.noClient({ address: formatEndpoint(endpoint) }));
    return 1;
  }
  const env = { ...process.env, ...(password === undefined ? {} : { REDISCLI_AUTH: password }) };
  const child = spawn(client, ["-c", "-h", endpoint.host, "-p", String(endpoint.port)], { stdio: "inherit", env });
  // Ctrl-C is the client's own while it runs.
  process.on("SIGINT", () => {});
  return new Promise<ExitCode>((resolve) => {
    child.once("error", () => resolve(1));
    child.once("close", (code) => resolve(code === 0 ? 0 : 1));
  });
};

function onPath(name: string): readonly string[] {
  return (process.env.PATH ?? "").split(delimiter).flatMap((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return [join(folder, name)];
    } catch {
      return [];
    }
  });
}
