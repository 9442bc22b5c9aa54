import { type Call, CommandError, keyOf, syntaxError, wrongType } from "../command";
import { Deque } from "../keyspace/deque";
import { kept } from "../keyspace/kept";
import type { StoredList } from "../keyspace/value";
import { numberOf, upper } from "./numbers";

export type End = "LEFT" | "RIGHT";

type Where = Pick<Call, "db">;

export function readList({ db }: Where, key: string): StoredList | undefined {
  const value = db.read(key)?.value;
  if (value && value.type !== "list") throw wrongType();
  return value;
}

export function writeList({ db }: Where, key: string): StoredList | undefined {
  const value = db.write(key)?.value;
  if (value && value.type !== "list") throw wrongType();
  return value;
}

/** How many there are then. */
export function pushAll(where: Where, key: string, end: End, items: readonly Buffer[]): number {
  const held = writeList(where, key);
  const list: StoredList = held ?? { type: "list", items: new Deque(), encoding: "quicklist" };
  for (const item of items)
    if (end === "LEFT") list.items.pushHead(kept(item));
    else list.items.pushTail(kept(item));
  if (held) where.db.changed(key);
  else where.db.set(key, list);
  return list.items.length;
}

/** In the order they were taken; the key goes with its last item. */
export function popMany(where: Where, key: string, end: End, count: number): readonly Buffer[] {
  const list = writeList(where, key);
  const taken: Buffer[] = [];
  while (list && taken.length < count) {
    const item = end === "LEFT" ? list.items.popHead() : list.items.popTail();
    if (!item) break;
    taken.push(item);
  }
  if (list && taken.length > 0) settleList(where, key, list);
  return taken;
}

export function settleList({ db }: Where, key: string, list: StoredList): void {
  if (list.items.length === 0) db.delete(key);
  else db.changed(key);
}

export type Move = { readonly from: string; readonly to: string; readonly fromEnd: End; readonly toEnd: End };

/** Undefined: there was nothing to move. Throws WRONGTYPE before anything is changed. */
export function moveOne(where: Where, { from, to, fromEnd, toEnd }: Move): Buffer | undefined {
  if (!readList(where, from)) return undefined;
  readList(where, to);
  const [item] = popMany(where, from, fromEnd, 1);
  if (item) pushAll(where, to, toEnd, [item]);
  return item;
}

export function endOf(arg: Buffer | undefined): End {
  const word = upper(arg);
  if (word !== "LEFT" && word !== "RIGHT") throw syntaxError();
  return word;
}

/** `LEFT|RIGHT [COUNT count]` behind the keys of LMPOP and BLMPOP. */
export function popOptions(args: readonly Buffer[], at: number): { readonly end: End; readonly count: number } {
  const end = endOf(args[at]);
  return { end, count: popCount(args, at + 1) };
}

export function popCount(args: readonly Buffer[], at: number): number {
  if (args.length === at) return 1;
  if (args.length !== at + 2 || upper(args[at]) !== "COUNT") throw syntaxError();
  const sentence = () => new CommandError("ERR count should be greater than 0");
  const count = numberOf(args[at + 1], sentence);
  if (count < 1) throw sentence();
  return count;
}

export const nameOfPop = (end: End) => (end === "LEFT" ? "LPOP" : "RPOP");

/** The first of the keys that holds something to pop, popped and answered as `[key, [item…]]`. */
export function popFirst(
  call: Pick<Call, "db" | "reply">,
  keys: readonly string[],
  { end, count }: { readonly end: End; readonly count: number },
): { readonly key: string; readonly taken: number } | undefined {
  for (const key of keys) {
    if (!readList(call, key)) continue;
    const items = popMany(call, key, end, count);
    call.reply.array(2);
    call.reply.bulk(key);
    call.reply.array(items.length);
    for (const item of items) call.reply.bulk(item);
    return { key, taken: items.length };
  }
  return undefined;
}

export const keysIn = (args: readonly Buffer[]): readonly string[] => args.map((arg) => keyOf(arg));
