import { callVerdict } from "@/lib/plans/call-table";
import { commandWord } from "@/lib/plans/command-word";
import { isSecretSetting } from "@/lib/plans/settings";
import type { Arg, Sent } from "@/server/link";

/**
 * A command and its reply as the transcript keeps them: key lists as count, bytes and first name (escaped), values and
 * secrets never. What is not known to be harmless is told by its size.
 */
export type Line = {
  readonly command: string;
  readonly reply: string;
  readonly mutates: boolean;
  readonly head: string;
};

const MASK = "•••";
const TEXT_MAX = 160;
const NAME_MAX = 64;

const mutatingCluster = new Set(
  "ADDSLOTS ADDSLOTSRANGE BUMPEPOCH CANCELSLOTMIGRATIONS DELSLOTS DELSLOTSRANGE FAILOVER FLUSHSLOTS FORGET MEET MIGRATESLOTS REPLICATE RESET SAVECONFIG SET-CONFIG-EPOCH SETSLOT".split(
    " ",
  ),
);
const readingCommands = new Set(
  "ASKING COMMAND DBSIZE DUMP EXISTS INFO MEMORY OBJECT PING PTTL READONLY READWRITE ROLE SCAN TIME TTL TYPE WAIT".split(
    " ",
  ),
);
/** Replies that are short statements of the server, not data. */
const plainReplies = new Set(
  "ASKING CLUSTER COMMAND CONFIG CLIENT DBSIZE MIGRATE PING PSYNC PTTL ROLE TYPE WAIT".split(" "),
);

export function transcribe(sent: Pick<Sent, "command" | "reply" | "error">): Line {
  const { command, reply, error } = sent;
  const [upper, sub] = wordsOf(command);
  return {
    command: commandLine(command, upper, sub),
    reply: error ? cut(oneLine(error.message)) : replyLine(reply, upper, sub),
    ...headOf(sent),
  };
}

/** What tells whether this is the same question again; a move asks it a hundred thousand times. */
export function headOf({ command }: Pick<Sent, "command">): Pick<Line, "head" | "mutates"> {
  const [upper, sub, third] = wordsOf(command);
  const head = upper === "CLUSTER" || upper === "CLIENT" || upper === "CONFIG" ? `${upper} ${sub}` : upper;
  return { head, mutates: mutates(upper, sub, third) };
}

const wordsOf = ([name = "", second = "", third = ""]: readonly Arg[]): readonly [string, string, string] => [
  text(name).toUpperCase(),
  text(second).toUpperCase(),
  text(third).toUpperCase(),
];

function mutates(name: string, sub: string, third: string): boolean {
  if (name === "CLUSTER" && sub === "MIGRATION") return third !== "STATUS";
  if (name === "CLUSTER") return mutatingCluster.has(sub);
  if (name === "CLIENT") return sub === "KILL" || sub === "PAUSE" || sub === "UNPAUSE";
  if (name === "CONFIG") return sub === "SET" || sub === "REWRITE";
  if (name === "FUNCTION") return sub !== "LIST" && sub !== "DUMP" && sub !== "STATS";
  if (name === "ACL") return sub !== "LIST";
  return !readingCommands.has(name);
}

function commandLine(command: readonly Arg[], name: string, sub: string): string {
  const args = command.slice(1);
  switch (name) {
    case "MIGRATE":
      return migrateLine(args);
    case "AUTH":
      return `AUTH ${MASK}`;
    case "HELLO":
      return `HELLO ${text(args[0] ?? "")}${args.length > 1 ? ` ${MASK}` : ""}`;
    case "CONFIG":
      return sub === "SET" ? settingLine(args.slice(1)) : plainLine(command);
    case "PSYNC":
      return plainLine(command);
    case "ACL":
      return sub === "LIST" ? "ACL LIST" : `ACL <${args.length} arguments>`;
    case "RESTORE":
    case "RESTORE-ASKING":
      return `${name} ${quoted(args[0] ?? "")} ${text(args[1] ?? "")} <${sizeOf(args[2] ?? "")} bytes>${args
        .slice(3)
        .map((arg) => ` ${text(arg)}`)
        .join("")}`;
    case "DEL":
    case "UNLINK":
    case "EXISTS":
      return `${name} ${keyList(args)}`;
    case "CLUSTER":
      return sub.startsWith("ADDSLOTS") && args.length > 8
        ? `CLUSTER ${sub} <${args.length - 1} slots, first ${text(args[1] ?? "")}>`
        : plainLine(command);
    default:
      if (callVerdict(command.map(text)).rule && !command.some(Buffer.isBuffer)) return plainLine(command);
      return readingCommands.has(name) || name === "CLIENT" ? plainLine(command) : `${name} <${args.length} arguments>`;
  }
}

/** As the plan writes it; the value of what may be a secret, never. */
function settingLine([name = "", value = ""]: readonly Arg[]): string {
  const isPlain = !isSecretSetting(text(name).toLowerCase());
  return `CONFIG SET ${commandWord(text(name))} ${isPlain ? commandWord(text(value)) : MASK}`;
}

/** `MIGRATE host port key db timeout [COPY] [REPLACE] [AUTH p] [AUTH2 u p] [KEYS k…]` */
function migrateLine(args: readonly Arg[]): string {
  const out = ["MIGRATE"];
  for (let i = 0; i < args.length; i++) {
    const word = text(args[i] ?? "").toUpperCase();
    if (i < 2 || i === 3 || i === 4) out.push(text(args[i] ?? ""));
    else if (i === 2) out.push(quoted(args[i] ?? ""));
    else if (word === "KEYS") {
      out.push("KEYS", keyList(args.slice(i + 1)));
      break;
    } else if (word === "AUTH") {
      out.push("AUTH", MASK);
      i += 1;
    } else if (word === "AUTH2") {
      out.push("AUTH2", MASK, MASK);
      i += 2;
    } else out.push(word);
  }
  return out.join(" ");
}

function keyList(keys: readonly Arg[]): string {
  if (keys.length === 1) return quoted(keys[0] ?? "");
  const bytes = keys.reduce<number>((sum, key) => sum + sizeOf(key), 0);
  return `<${keys.length} keys, ${bytes} bytes, first ${quoted(keys[0] ?? "")}>`;
}

/** A Buffer is a key name. */
function plainLine(command: readonly Arg[]): string {
  const word = (arg: Arg) =>
    !Buffer.isBuffer(arg) && /^[\w.:@|/?-]{1,64}$/.test(String(arg)) ? String(arg) : quoted(arg);
  return command.map((arg, i) => (i === 0 ? text(arg).toUpperCase() : word(arg))).join(" ");
}

function replyLine(reply: unknown, name: string, sub: string): string {
  if (Array.isArray(reply)) {
    if (name === "CLUSTER" && sub === "GETKEYSINSLOT")
      return reply.length === 0 ? "<no keys>" : keyList(reply as Arg[]);
    if (name === "ROLE")
      return cut(reply.map((part) => (Array.isArray(part) ? `<${part.length}>` : text(part as Arg))).join(" "));
    return `<${reply.length} entries>`;
  }
  if (reply === null || reply === undefined) return "<nothing>";
  if (typeof reply === "number" || typeof reply === "bigint") return String(reply);
  const said = reply as Arg;
  const isShort = sizeOf(said) <= TEXT_MAX && !/[\r\n]/.test(text(said));
  return plainReplies.has(name) && isShort ? oneLine(text(said)) : `<${sizeOf(said)} bytes>`;
}

/** As redis-cli prints it: quotes, backslashes and whatever is not plain ASCII are escaped. */
export function quoted(arg: Arg): string {
  const bytes = Buffer.isBuffer(arg) ? arg : Buffer.from(String(arg));
  let out = "";
  for (const byte of bytes.subarray(0, NAME_MAX)) {
    if (byte === 0x22 || byte === 0x5c) out += `\\${String.fromCharCode(byte)}`;
    else if (byte >= 0x20 && byte < 0x7f) out += String.fromCharCode(byte);
    else out += `\\x${byte.toString(16).padStart(2, "0")}`;
  }
  return `"${out}"${bytes.length > NAME_MAX ? `… (${bytes.length} bytes)` : ""}`;
}

const text = (arg: Arg): string => (Buffer.isBuffer(arg) ? arg.toString("latin1") : String(arg));
const sizeOf = (arg: Arg): number => (Buffer.isBuffer(arg) ? arg.length : Buffer.byteLength(String(arg)));
const cut = (line: string): string => (line.length > TEXT_MAX ? `${line.slice(0, TEXT_MAX)}…` : line);
/** Nothing that moves a cursor or starts a line of its own. */
const oneLine = (line: string): string =>
  [...line].map((c) => ((c.codePointAt(0) ?? 0) < 0x20 || c === "\u007f" ? "·" : c)).join("");
