import type { Front } from "../dispatch/front";
import type { Known } from "../dispatch/known";
import type { Reply } from "../reply";

/** Since when there is something better, and what: in the words of COMMAND DOCS. */
const DEPRECATED: Readonly<Record<string, readonly [since: string, replacedBy: string]>> = {
  substr: ["2.0.0", "`GETRANGE`"],
  getset: ["6.2.0", "`SET` with the `!GET` argument"],
  hmset: ["4.0.0", "`HSET` with multiple field-value pairs"],
  slaveof: ["5.0.0", "`REPLICAOF`"],
  rpoplpush: ["6.2.0", "`LMOVE` with the `RIGHT` and `LEFT` arguments"],
  brpoplpush: ["6.2.0", "`BLMOVE` with the `RIGHT` and `LEFT` arguments"],
  zrangebylex: ["6.2.0", "`ZRANGE` with the `BYLEX` argument"],
  zrangebyscore: ["6.2.0", "`ZRANGE` with the `BYSCORE` argument"],
  zrevrange: ["6.2.0", "`ZRANGE` with the `REV` argument"],
  zrevrangebylex: ["6.2.0", "`ZRANGE` with the `REV` and `BYLEX` arguments"],
  zrevrangebyscore: ["6.2.0", "`ZRANGE` with the `REV` and `BYSCORE` arguments"],
  georadius: ["6.2.0", "`GEOSEARCH` and `GEOSEARCHSTORE` with the `BYRADIUS` argument"],
  georadius_ro: ["6.2.0", "`GEOSEARCH` with the `BYRADIUS` argument"],
  georadiusbymember: ["6.2.0", "`GEOSEARCH` and `GEOSEARCHSTORE` with the `BYRADIUS` and `FROMMEMBER` arguments"],
  georadiusbymember_ro: ["6.2.0", "`GEOSEARCH` with the `BYRADIUS` and `FROMMEMBER` arguments"],
};
const INTERNAL: ReadonlySet<string> = new Set(["restore-asking", "replconf", "debug", "pfdebug"]);

function field(reply: Reply, name: string, value: string): void {
  reply.bulk(name);
  reply.bulk(value);
}

/** What a command is for. What redis says beyond that (its cost, its history, its arguments) is in its own documentation. */
export function documentCommand(front: Front, known: Known, reply: Reply): void {
  const { command, fullName } = known;
  const subcommands = front.table.subcommands(command);
  const deprecated = DEPRECATED[fullName];
  const flag = deprecated ? "deprecated" : INTERNAL.has(fullName) ? "syscmd" : undefined;
  reply.bulk(fullName);
  reply.map(3 + (flag ? 1 : 0) + (deprecated ? 2 : 0) + (subcommands.length > 0 ? 1 : 0));
  for (const name of ["summary", "since", "group"] as const) field(reply, name, command[name]);
  if (flag) {
    reply.bulk("doc_flags");
    reply.set(1);
    reply.simple(flag);
  }
  if (deprecated) {
    field(reply, "deprecated_since", deprecated[0]);
    field(reply, "replaced_by", deprecated[1]);
  }
  if (subcommands.length === 0) return;
  reply.bulk("subcommands");
  reply.map(subcommands.length);
  for (const sub of subcommands) documentCommand(front, sub, reply);
}
