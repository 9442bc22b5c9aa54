import { type Call, CommandError, keyOf, wrongType } from "../command";
import { type Scored, SortedSet } from "../keyspace/sorted-set";
import type { StoredSortedSet } from "../keyspace/value";
import type { NodeParts } from "../parts";
import { readDouble } from "./numbers";

export function readZset({ db }: Pick<Call, "db">, key: string): StoredSortedSet | undefined {
  const value = db.read(key)?.value;
  if (value && value.type !== "zset") throw wrongType();
  return value;
}

export function writeZset({ db }: Pick<Call, "db">, key: string): StoredSortedSet | undefined {
  const value = db.write(key)?.value;
  if (value && value.type !== "zset") throw wrongType();
  return value;
}

export const emptyZset = (): StoredSortedSet => ({ type: "zset", sorted: new SortedSet(), encoding: "listpack" });

/** After members were added: whether it still is a listpack. */
export function settleEncoding(zset: StoredSortedSet, settings: NodeParts["settings"], longest: number): void {
  if (zset.encoding === "skiplist") return;
  const isLong = longest > settings.number("zset-max-listpack-value");
  if (isLong || zset.sorted.size > settings.number("zset-max-listpack-entries")) zset.encoding = "skiplist";
}

/** A listpack holds whole scores as integers, which have no −0. */
export const unsigned = (score: number): number => score + 0;

export function zsetOf(members: Iterable<Scored>, settings: NodeParts["settings"]): StoredSortedSet {
  const zset: StoredSortedSet = { type: "zset", sorted: SortedSet.of(members), encoding: "listpack" };
  settleEncoding(
    zset,
    settings,
    zset.sorted.scores.names.reduce((most, name) => Math.max(most, name.length), 0),
  );
  if (zset.encoding === "listpack")
    for (const { member, score } of zset.sorted.slice(0, zset.sorted.size - 1))
      zset.sorted.add(member, unsigned(score));
  return zset;
}

/** In place of what the key held; an empty one deletes it. How many members it has is answered. */
export function storeZset(call: Call, key: string, members: readonly Scored[]): void {
  if (members.length > 0) {
    call.db.set(key, zsetOf(members, call.node.settings));
    call.dirty(members.length);
  } else if (call.db.delete(key)) {
    call.dirty(1);
    call.tell(["DEL", key]);
  }
  call.reply.integer(members.length);
}

/** After members went: an empty one is no key. */
export function settleZset({ db }: Pick<Call, "db">, key: string, zset: StoredSortedSet): void {
  if (zset.sorted.size === 0) db.delete(key);
  else db.changed(key);
}

export function scoreOf(arg: Buffer | undefined, sentence = "ERR value is not a valid float"): number {
  const score = readDouble(arg);
  if (score === undefined) throw new CommandError(sentence);
  return score;
}

/** `isBelow(first)` come before the range, `isIn` says where it ends; both hold on from the left. */
export type Range = {
  readonly isBefore: (score: number, member: string) => boolean;
  readonly isUpTo: (score: number, member: string) => boolean;
};

function bound(arg: Buffer | undefined): { readonly score: number; readonly isOpen: boolean } {
  const isOpen = arg?.[0] === 0x28;
  const score = scoreOf(isOpen ? arg?.subarray(1) : arg, "ERR min or max is not a float");
  return { score, isOpen };
}

export function scoreRange(min: Buffer | undefined, max: Buffer | undefined): Range {
  const from = bound(min);
  const to = bound(max);
  return {
    isBefore: (score) => (from.isOpen ? score <= from.score : score < from.score),
    isUpTo: (score) => (to.isOpen ? score < to.score : score <= to.score),
  };
}

type LexBound = "least" | "most" | { readonly member: string; readonly isOpen: boolean };

function lexBound(arg: Buffer | undefined): LexBound {
  const text = keyOf(arg);
  if (text === "-") return "least";
  if (text === "+") return "most";
  if (text[0] !== "(" && text[0] !== "[") throw new CommandError("ERR min or max not valid string range item");
  return { member: text.slice(1), isOpen: text[0] === "(" };
}

export function lexRange(min: Buffer | undefined, max: Buffer | undefined): Range {
  const from = lexBound(min);
  const to = lexBound(max);
  return {
    isBefore: (_, member) =>
      from === "most" || (from !== "least" && (from.isOpen ? member <= from.member : member < from.member)),
    isUpTo: (_, member) => to === "most" || (to !== "least" && (to.isOpen ? member < to.member : member <= to.member)),
  };
}

/** First and last rank of a range; last below first: nothing is in it. */
export function ranksOf(sorted: SortedSet, { isBefore, isUpTo }: Range): readonly [number, number] {
  return [sorted.count(isBefore), sorted.count(isUpTo) - 1];
}

/** Ranks as ZRANGE takes them, below zero from the end. */
export function indexRanks(first: number, last: number, size: number): readonly [number, number] {
  const from = Math.max(0, first < 0 ? first + size : first);
  return [from, Math.min(size - 1, last < 0 ? last + size : last)];
}

export function removeRanks(zset: StoredSortedSet, [first, last]: readonly [number, number]): number {
  const gone = last < first ? [] : zset.sorted.slice(first, last);
  for (const { member } of gone) zset.sorted.remove(member);
  return gone.length;
}

/** Members, and scores where they are wanted: pairs in RESP3, one flat list in RESP2. */
export function answerScored({ reply }: Call, found: readonly Scored[], withScores: boolean): void {
  reply.array(withScores && reply.resp === 2 ? found.length * 2 : found.length);
  for (const { member, score } of found) {
    if (withScores && reply.resp === 3) reply.array(2);
    reply.bulk(member);
    if (withScores) reply.double(score);
  }
}
