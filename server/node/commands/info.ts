import type { Call, Command } from "../command";
import type { Front } from "../dispatch/front";
import { clientLines, cpuLines, memoryLines, serverLines, statsLines } from "./info-sections";

type Section = readonly [name: string, title: string, lines: (front: Front) => readonly string[]];

const keyspaceLines = ({ node }: Front): readonly string[] =>
  node.keyspace.databases.flatMap((db) => {
    if (db.size === 0) return [];
    return [
      `db${db.number}:keys=${db.size},expires=${db.expiring.size},avg_ttl=${averageTtl(db.expiring.values(), node.world.now())}`,
    ];
  });

const TTL_SAMPLE = 20;

function averageTtl(entries: Iterable<{ readonly expiresAtMs: number | undefined }>, now: number): number {
  let sum = 0;
  let count = 0;
  for (const { expiresAtMs } of entries) {
    if (count === TTL_SAMPLE) break;
    sum += Math.max(0, (expiresAtMs ?? now) - now);
    count++;
  }
  return count === 0 ? 0 : Math.floor(sum / count);
}

const commandLines = ({ table }: Front): readonly string[] =>
  [...table.all]
    .flatMap((known) => [known, ...table.subcommands(known.command)])
    .filter(({ calls, rejected }) => calls + rejected > 0)
    .map(({ fullName, calls, usec, rejected, failed }) => {
      const each = (calls === 0 ? 0 : usec / calls).toFixed(2);
      return `cmdstat_${fullName}:calls=${calls},usec=${usec},usec_per_call=${each},rejected_calls=${rejected},failed_calls=${failed}`;
    });

/** In the order of INFO; the last is only there when it is asked for. */
const SECTIONS: readonly Section[] = [
  ["server", "Server", serverLines],
  ["clients", "Clients", clientLines],
  ["memory", "Memory", memoryLines],
  ["persistence", "Persistence", ({ node }) => node.persistence.info()],
  ["stats", "Stats", statsLines],
  ["replication", "Replication", ({ node }) => node.replication.info()],
  ["cpu", "CPU", cpuLines],
  ["modules", "Modules", () => []],
  ["commandstats", "Commandstats", commandLines],
  [
    "errorstats",
    "Errorstats",
    ({ stats }) => [...stats.errorCounts].map(([kind, count]) => `errorstat_${kind}:count=${count}`),
  ],
  ["cluster", "Cluster", ({ node }) => [`cluster_enabled:${node.cluster ? 1 : 0}`]],
  ["keyspace", "Keyspace", keyspaceLines],
];

const ON_DEMAND: ReadonlySet<string> = new Set(["commandstats"]);

const info = (front: Front) => (call: Call) => {
  const wanted = new Set(call.args.slice(1).map((arg) => arg.toString("latin1").toLowerCase()));
  const isAll = wanted.has("all") || wanted.has("everything");
  const isDefault = wanted.size === 0 || wanted.has("default");
  const parts = SECTIONS.filter(([name]) => isAll || wanted.has(name) || (isDefault && !ON_DEMAND.has(name)));
  const text = parts.map(
    ([, title, lines]) =>
      `# ${title}\r\n${lines(front)
        .map((line) => `${line}\r\n`)
        .join("")}`,
  );
  call.reply.verbatim("txt", text.join("\r\n"));
};

export const infoCommands = (front: Front): readonly Command[] => [
  {
    name: "info",
    arity: -1,
    flags: ["loading", "stale"],
    summary: "Get information and statistics about the server",
    group: "server",
    since: "1.0.0",
    run: info(front),
  },
];
