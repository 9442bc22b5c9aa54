import { Link } from "@/server/link";
import type { TestNode } from "@/server/testing/node";

/** One connection that answers with buffers. */
export async function bufferLink(node: TestNode): Promise<Link> {
  return Link.open({ endpoint: node.endpoint, timeoutMs: 20_000 });
}

export async function ask(link: Link, ...command: readonly (string | number | Buffer)[]): Promise<unknown> {
  return link.call(command, { buffers: true });
}

export async function allKeys(link: Link): Promise<readonly Buffer[]> {
  return (await ask(link, "KEYS", "*")) as readonly Buffer[];
}

const sorted = (parts: readonly unknown[], size = 1): readonly string[] => {
  const rows: string[] = [];
  for (let i = 0; i < parts.length; i += size)
    rows.push(
      parts
        .slice(i, i + size)
        .map((part) => (part as Buffer).toString("hex"))
        .join(" "),
    );
  return rows.sort();
};

/** Servers print the same score with more or fewer digits. */
const scored = (pairs: readonly Buffer[]): readonly string[] =>
  sorted(
    pairs.map((part, i) => (i % 2 ? Buffer.from(String(Number(String(part).replace("inf", "Infinity")))) : part)),
    2,
  );

/** What the type's own commands answer for a key, in a form that can be compared: order only where it means something. */
export async function answersFor(link: Link, key: Buffer): Promise<unknown> {
  const type = String(await ask(link, "TYPE", key));
  const read = (...command: readonly string[]) =>
    ask(link, command[0] ?? "", key, ...command.slice(1)) as Promise<Buffer[]>;
  switch (type) {
    case "string":
      return { type, bytes: String((await read("GET")).toString()) };
    case "list":
      return { type, items: (await read("LRANGE", "0", "-1")).map((item) => item.toString("hex")) };
    case "set":
      return { type, members: sorted(await read("SMEMBERS")) };
    case "zset":
      return { type, members: scored(await read("ZRANGE", "0", "-1", "WITHSCORES")) };
    case "hash":
      return { type, fields: sorted(await read("HGETALL"), 2), expiries: await fieldExpiries(link, key) };
    case "stream":
      return { type, full: plain(await ask(link, "XINFO", "STREAM", key, "FULL", "COUNT", "0")) };
  }
  if (type === "array")
    return { type, count: await read("ARCOUNT"), first: plain(await read("ARGETRANGE", "0", "12")) };
  throw new Error(`no answers for a ${type}`);
}

async function fieldExpiries(link: Link, key: Buffer): Promise<unknown> {
  const fields = ((await ask(link, "HKEYS", key)) as readonly Buffer[]).toSorted(Buffer.compare);
  try {
    const at = await ask(link, "HPEXPIRETIME", key, "FIELDS", fields.length, ...fields);
    return (at as readonly unknown[]).every((time) => time === -1) ? undefined : at;
  } catch {
    return undefined;
  }
}

/** Without what only says how the value lies in memory, or how long ago something was. */
function plain(value: unknown): unknown {
  if (Buffer.isBuffer(value)) return value.toString("latin1");
  if (!Array.isArray(value)) return value;
  const items = value.map(plain);
  const drop = new Set(["radix-tree-keys", "radix-tree-nodes"]);
  return items.flatMap((item, i) => (drop.has(String(item)) || drop.has(String(items[i - 1])) ? [] : [item]));
}
