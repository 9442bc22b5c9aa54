import { type Call, type Command, CommandError, keyOf } from "../command";
import { integerOf, invalidExpire, upper } from "./numbers";

const group = "generic";
const one = { first: 1, last: 1, step: 1 };
const MOST = 2n ** 63n - 1n;
const LEAST = -(2n ** 63n);

type When = { readonly nx: boolean; readonly xx: boolean; readonly gt: boolean; readonly lt: boolean };

function readWhen(args: readonly Buffer[]): When {
  const found = { nx: false, xx: false, gt: false, lt: false };
  for (const arg of args.slice(3)) {
    const word = upper(arg).toLowerCase();
    if (word !== "nx" && word !== "xx" && word !== "gt" && word !== "lt")
      throw new CommandError(`ERR Unsupported option ${keyOf(arg)}`);
    found[word] = true;
  }
  if (found.nx && (found.xx || found.gt || found.lt))
    throw new CommandError("ERR NX and XX, GT or LT options at the same time are not compatible");
  if (found.gt && found.lt) throw new CommandError("ERR GT and LT options at the same time are not compatible");
  return found;
}

/** No time counts as later than any. */
function isWanted({ nx, xx, gt, lt }: When, before: number | undefined, point: number): boolean {
  if (nx && before !== undefined) return false;
  if (xx && before === undefined) return false;
  if (gt && (before === undefined || point <= before)) return false;
  return !(lt && before !== undefined && point >= before);
}

function readPoint(call: Call, name: string, unit: bigint, isPoint: boolean): number {
  const said = integerOf(call.args[2]);
  const ms = said * unit;
  const point = isPoint ? ms : ms + BigInt(call.now);
  if (ms > MOST || ms < LEAST || point > MOST) throw invalidExpire(name);
  return Number(point);
}

function expire(name: string, unit: bigint, isPoint: boolean): (call: Call) => void {
  return (call) => {
    const { args, db, reply, now, client } = call;
    const when = readWhen(args);
    const point = readPoint(call, name, unit, isPoint);
    const key = keyOf(args[1]);
    const entry = db.write(key);
    if (!entry || !isWanted(when, entry.expiresAtMs, point)) {
      reply.integer(0);
      return;
    }
    const isOurs = client.kind !== "primary" && client.kind !== "none";
    const name1 = args[1] ?? "";
    if (point <= now && isOurs) {
      db.delete(key);
      call.tell(["DEL", name1]);
    } else {
      db.expire(key, point);
      call.tell(["PEXPIREAT", name1, String(point)]);
    }
    call.dirty(1);
    reply.integer(1);
  };
}

const left = (unit: number, isPoint: boolean) => (call: Call) => {
  const entry = call.db.look(keyOf(call.args[1]));
  const at = entry?.expiresAtMs;
  if (!entry) call.reply.integer(-2);
  else if (at === undefined) call.reply.integer(-1);
  else {
    const ms = isPoint ? at : Math.max(0, at - call.now);
    call.reply.integer(unit === 1 ? ms : Math.floor((ms + 500) / 1000));
  }
};

function persist(call: Call): void {
  const key = keyOf(call.args[1]);
  const isKept = call.db.write(key)?.expiresAtMs !== undefined;
  if (isKept) {
    call.db.expire(key, undefined);
    call.dirty(1);
  }
  call.reply.integer(isKept ? 1 : 0);
}

const flags = ["write", "fast"] as const;
const reading = ["readonly", "fast"] as const;

export const expiryCommands: readonly Command[] = [
  {
    name: "expire",
    arity: -3,
    flags,
    keys: one,
    summary: "Set a key's time to live in seconds",
    group,
    since: "1.0.0",
    run: expire("expire", 1000n, false),
  },
  {
    name: "pexpire",
    arity: -3,
    flags,
    keys: one,
    summary: "Set a key's time to live in milliseconds",
    group,
    since: "2.6.0",
    run: expire("pexpire", 1n, false),
  },
  {
    name: "expireat",
    arity: -3,
    flags,
    keys: one,
    summary: "Set the expiration for a key as a UNIX timestamp",
    group,
    since: "1.2.0",
    run: expire("expireat", 1000n, true),
  },
  {
    name: "pexpireat",
    arity: -3,
    flags,
    keys: one,
    summary: "Set the expiration for a key as a UNIX timestamp specified in milliseconds",
    group,
    since: "2.6.0",
    run: expire("pexpireat", 1n, true),
  },
  {
    name: "ttl",
    arity: 2,
    flags: reading,
    keys: one,
    summary: "Get the time to live for a key in seconds",
    group,
    since: "1.0.0",
    run: left(1000, false),
  },
  {
    name: "pttl",
    arity: 2,
    flags: reading,
    keys: one,
    summary: "Get the time to live for a key in milliseconds",
    group,
    since: "2.6.0",
    run: left(1, false),
  },
  {
    name: "expiretime",
    arity: 2,
    flags: reading,
    keys: one,
    summary: "Get the expiration Unix timestamp for a key",
    group,
    since: "7.0.0",
    run: left(1000, true),
  },
  {
    name: "pexpiretime",
    arity: 2,
    flags: reading,
    keys: one,
    summary: "Get the expiration Unix timestamp for a key in milliseconds",
    group,
    since: "7.0.0",
    run: left(1, true),
  },
  {
    name: "persist",
    arity: 2,
    flags,
    keys: one,
    summary: "Remove the expiration from a key",
    group,
    since: "2.2.0",
    run: persist,
  },
];
