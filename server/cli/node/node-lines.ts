import { formatEndpoint } from "@/lib/cluster/node";
import { formatAge, formatBytes } from "@/lib/format";
import type { ManagedNode } from "@/lib/wire/runtime";
import { cliOutput } from "@/lib/words/en/cli-output";

const words = cliOutput.nodes;

export function processLine({ id, endpoint, process }: ManagedNode): string {
  const rest =
    process.state === "running"
      ? words.running({
          pid: process.pid,
          uptime: formatAge(process.uptimeSec * 1000),
          memory: formatBytes(process.rssBytes),
        })
      : process.state === "foreign"
        ? process.text
        : "";
  return words.row({ id, address: formatEndpoint(endpoint), state: process.state, rest });
}

export function memberLine({ id, endpoint, process, clusterId }: ManagedNode): string {
  const rest = clusterId === undefined ? words.noMember() : words.member({ cluster: clusterId });
  return words.row({ id, address: formatEndpoint(endpoint), state: process.state, rest });
}
