import { family, GROW, READ } from "./family";
import { keysCountedAt } from "./sets";
import { answers, stores, zintercard } from "./zset-algebra";

const counted = keysCountedAt(1);
const storedAndCounted = (args: readonly Buffer[]) => [...args.slice(1, 2), ...keysCountedAt(2)(args)];
const MOVABLE_READ = [...READ, "movablekeys"] as const;
const MOVABLE_GROW = [...GROW, "movablekeys"] as const;

/** Several sorted sets at once. */
export const sortedSetAlgebraCommands = family("sorted-set", [
  {
    name: "zunion",
    arity: -3,
    flags: MOVABLE_READ,
    keys: counted,
    since: "6.2.0",
    summary: "Add multiple sorted sets",
    run: answers("union"),
  },
  {
    name: "zinter",
    arity: -3,
    flags: MOVABLE_READ,
    keys: counted,
    since: "6.2.0",
    summary: "Intersect multiple sorted sets",
    run: answers("inter"),
  },
  {
    name: "zdiff",
    arity: -3,
    flags: MOVABLE_READ,
    keys: counted,
    since: "6.2.0",
    summary: "Subtract multiple sorted sets",
    run: answers("diff"),
  },
  {
    name: "zintercard",
    arity: -3,
    flags: MOVABLE_READ,
    keys: counted,
    since: "7.0.0",
    summary: "Intersect multiple sorted sets and return the cardinality of the result",
    run: zintercard,
  },
  {
    name: "zunionstore",
    arity: -4,
    flags: MOVABLE_GROW,
    keys: storedAndCounted,
    since: "2.0.0",
    summary: "Add multiple sorted sets and store the resulting sorted set in a new key",
    run: stores("union"),
  },
  {
    name: "zinterstore",
    arity: -4,
    flags: MOVABLE_GROW,
    keys: storedAndCounted,
    since: "2.0.0",
    summary: "Intersect multiple sorted sets and store the resulting sorted set in a new key",
    run: stores("inter"),
  },
  {
    name: "zdiffstore",
    arity: -4,
    flags: MOVABLE_GROW,
    keys: storedAndCounted,
    since: "6.2.0",
    summary: "Subtract multiple sorted sets and store the resulting sorted set in a new key",
    run: stores("diff"),
  },
]);
