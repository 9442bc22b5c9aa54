import { type Call, CommandError, keyOf, syntaxError, wrongType } from "../command";
import type { Scored } from "../keyspace/sorted-set";
import { numberOf, upper } from "./numbers";
import { answerScored, scoreOf, storeZset } from "./zset-values";

export type Algebra = "union" | "inter" | "diff";
type Aggregate = (a: number, b: number) => number;
type Input = { readonly size: number; readonly names: readonly string[]; score(member: string): number | undefined };

/** Infinities that cancel each other out are 0, as redis has it. */
const sum: Aggregate = (a, b) => (Number.isNaN(a + b) ? 0 : a + b);
const AGGREGATES: Readonly<Record<string, Aggregate>> = {
  SUM: sum,
  MIN: (a, b) => (b < a ? b : a),
  MAX: (a, b) => (b > a ? b : a),
};
const product = (weight: number, score: number) => (Number.isNaN(weight * score) ? 0 : weight * score);

/** Sets take part as sorted sets whose scores are 1. */
function inputOf(call: Call, key: Buffer): Input {
  const value = call.db.read(keyOf(key))?.value;
  if (!value) return { size: 0, names: [], score: () => undefined };
  if (value.type === "zset") {
    const { sorted } = value;
    return { size: sorted.size, names: sorted.scores.names, score: (member) => sorted.score(member) };
  }
  if (value.type !== "set") throw wrongType();
  const { members } = value;
  return { size: members.size, names: members.names, score: (member) => (members.has(member) ? 1 : undefined) };
}

type Request = {
  readonly inputs: readonly Input[];
  weights: readonly number[];
  aggregate: Aggregate;
  withScores: boolean;
};

function countedKeys(call: Call, at: number): readonly Buffer[] {
  const count = numberOf(call.args[at]);
  const name = keyOf(call.args[0]).toLowerCase();
  if (count < 1) throw new CommandError(`ERR at least 1 input key is needed for '${name}' command`);
  if (count > call.args.length - at - 1) throw syntaxError();
  return call.args.slice(at + 1, at + 1 + count);
}

function readRequest(call: Call, at: number, how: Algebra, stores: boolean): Request {
  const { args } = call;
  const keys = countedKeys(call, at);
  const inputs = keys.map((key) => inputOf(call, key));
  const request: Request = { inputs, weights: keys.map(() => 1), aggregate: sum, withScores: false };
  for (let place = at + 1 + keys.length; place < args.length; place++) {
    const word = upper(args[place]);
    if (how !== "diff" && word === "WEIGHTS" && place + keys.length < args.length) {
      const texts = args.slice(place + 1, place + 1 + keys.length);
      request.weights = texts.map((text) => scoreOf(text, "ERR weight value is not a float"));
      place += keys.length;
    } else if (how !== "diff" && word === "AGGREGATE" && place + 1 < args.length) {
      const aggregate = AGGREGATES[upper(args[++place])];
      if (!aggregate) throw syntaxError();
      request.aggregate = aggregate;
    } else if (!stores && word === "WITHSCORES") request.withScores = true;
    else throw syntaxError();
  }
  return request;
}

function combine(how: Algebra, { inputs: given, weights, aggregate }: Request): readonly Scored[] {
  const inputs = given.map((input, index) => ({ ...input, weight: weights[index] ?? 1 }));
  const [first, ...others] = inputs;
  if (!first) return [];
  const found = new Map<string, number>();
  if (how === "diff") {
    for (const member of first.names)
      if (!others.some((other) => other.score(member) !== undefined)) found.set(member, first.score(member) ?? 0);
  } else if (how === "inter") {
    const ordered = [...inputs].sort((a, b) => a.size - b.size);
    for (const member of ordered[0]?.names ?? []) {
      // An infinity times 0 is 0 for the smallest of them alone, as redis has it.
      const scores = ordered.map(({ score, weight }, at) => {
        const held = score(member);
        if (held === undefined) return undefined;
        return at === 0 ? product(weight, held) : weight * held;
      });
      if (scores.includes(undefined)) continue;
      found.set(
        member,
        (scores as number[]).reduce((a, b) => aggregate(a, b)),
      );
    }
  } else
    for (const { names, score, weight } of inputs)
      for (const member of names) {
        const mine = product(weight, score(member) ?? 0);
        const held = found.get(member);
        found.set(member, held === undefined ? mine : aggregate(held, mine));
      }
  return [...found].map(([member, score]) => ({ member, score }));
}

const inOrder = (members: readonly Scored[]): readonly Scored[] =>
  [...members].sort((a, b) => a.score - b.score || (a.member < b.member ? -1 : 1));

export const answers = (how: Algebra) => (call: Call) => {
  const request = readRequest(call, 1, how, false);
  answerScored(call, inOrder(combine(how, request)), request.withScores);
};

export const stores = (how: Algebra) => (call: Call) =>
  storeZset(call, keyOf(call.args[1]), combine(how, readRequest(call, 2, how, true)));

export function zintercard(call: Call): void {
  const { args } = call;
  const keys = countedKeys(call, 1);
  const inputs = keys.map((key) => inputOf(call, key));
  let limit = 0;
  for (let at = 2 + keys.length; at < args.length; at += 2) {
    if (upper(args[at]) !== "LIMIT" || at + 1 >= args.length) throw syntaxError();
    const negative = () => new CommandError("ERR LIMIT can't be negative");
    limit = numberOf(args[at + 1], negative);
    if (limit < 0) throw negative();
  }
  const request = { inputs, weights: keys.map(() => 1), aggregate: sum, withScores: false };
  const { length } = combine("inter", request);
  call.reply.integer(limit > 0 ? Math.min(limit, length) : length);
}
