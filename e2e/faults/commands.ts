/** The commands of one connection, as far as a door has to know them. */
export type Command = { readonly words: readonly string[]; readonly length: number };

const MOST_WORDS = 6;
const LONGEST_WORD = 64;

/** The first whole command of these bytes; undefined: there is none yet. What is no array passes as one command. */
export function readCommand(bytes: Buffer): Command | undefined {
  if (bytes.length === 0) return undefined;
  const line = bytes.indexOf("\r\n");
  if (bytes[0] !== 0x2a) return { words: [], length: bytes.length };
  if (line < 0) return undefined;
  const count = Number(bytes.toString("latin1", 1, line));
  const words: string[] = [];
  let at = line + 2;
  for (let i = 0; i < count; i++) {
    const end = bytes.indexOf("\r\n", at);
    if (end < 0) return undefined;
    const length = Number(bytes.toString("latin1", at + 1, end));
    if (end + 4 + length > bytes.length) return undefined;
    if (i < MOST_WORDS) words.push(bytes.toString("latin1", end + 2, end + 2 + Math.min(length, LONGEST_WORD)));
    at = end + 4 + length;
  }
  return { words, length: at };
}

const CLUSTER = new Set([
  ...["SETSLOT", "ADDSLOTS", "ADDSLOTSRANGE", "DELSLOTS", "DELSLOTSRANGE", "FLUSHSLOTS", "MEET", "FORGET", "RESET"],
  ...["REPLICATE", "FAILOVER", "SET-CONFIG-EPOCH", "BUMPEPOCH", "MIGRATESLOTS", "CANCELSLOTMIGRATIONS", "MIGRATION"],
]);
const FUNCTIONS = new Set(["LOAD", "DELETE", "RESTORE", "FLUSH"]);
const PLAIN = new Set(["MIGRATE", "RESTORE", "DEL", "UNLINK", "FLUSHALL", "SHUTDOWN", "REPLICAOF", "SLAVEOF"]);

/** What changes a cluster, of all that the product sends; RESTORE-ASKING is one server's word to another. */
export function isMutating([name = "", sub = "", third = ""]: readonly string[]): boolean {
  const [first, second] = [name.toUpperCase(), sub.toUpperCase()];
  if (first === "CLUSTER") return CLUSTER.has(second) && !(second === "MIGRATION" && /^status$/i.test(third));
  if (first === "CONFIG") return second === "SET" || second === "REWRITE" || second === "RESETSTAT";
  if (first === "FUNCTION") return FUNCTIONS.has(second);
  if (first === "SLOWLOG" || first === "LATENCY") return second === "RESET";
  return PLAIN.has(first);
}
