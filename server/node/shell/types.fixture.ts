/** From 0 up to `count`, without it. */
export type Chance = (count: number) => number;

export const KEYS = ["h1", "h2", "l1", "l2", "s1", "s2", "s3", "z1", "z2", "z3", "y1", "y2"];

/**
 * What stands in a command: k any key, h l s z a key of that type, y a sorted set of one score, m a member, v a value, i a small index or count, n a number,
 * f a score, b a bound of scores, x a bound of names, c a count above zero; all else as it is.
 */
const SHAPES = `
HSET h m v|HSET h m v m v|HSET h m|HMSET h m v m v|HSETNX h m v|HGET h m|HGET k m|HMGET h m m m|HGETALL h|HKEYS h|HVALS h|HLEN h|HSTRLEN h m
HEXISTS h m|HDEL h m|HDEL h m m m|HINCRBY h m n|HINCRBYFLOAT h m f|HSCAN h 0 COUNT 1000|HSCAN h 0 MATCH m1*|HRANDFIELD h i WITHSCORES|HRANDFIELD h 0
LPUSH l v|RPUSH l v v v|LPUSHX l v|RPUSHX l v|LPOP l|RPOP l|LPOP l i|RPOP l i|LLEN l|LLEN k|LINDEX l i|LSET l i v|LRANGE l i i|LTRIM l i i|LREM l i v
LINSERT l BEFORE v v|LINSERT l AFTER v v|LINSERT l NEAR v v|LPOS l v|LPOS l v RANK i|LPOS l v RANK i COUNT i|LPOS l v COUNT i MAXLEN i
LMOVE l l LEFT RIGHT|LMOVE l l RIGHT LEFT|LMOVE l k LEFT LEFT|LMOVE l l UP LEFT|RPOPLPUSH l l|LMPOP 2 l l LEFT COUNT c|LMPOP 1 l RIGHT|LMPOP i l LEFT|LMPOP 1 l LEFT COUNT i
SADD s m|SADD s n n|SADD s n m n|SREM s m n|SMOVE s s m|SMOVE s s n|SISMEMBER s m|SISMEMBER s n|SMISMEMBER s m n m|SCARD s|SCARD k|SMEMBERS s
SINTER s s|SUNION s s s|SDIFF s s|SDIFF s s s|SINTER s k|SINTERCARD 2 s s|SINTERCARD 2 s s LIMIT i|SINTERCARD i s|SINTERSTORE s s s|SUNIONSTORE s s s|SDIFFSTORE s s s
SSCAN s 0 COUNT 1000|SSCAN s x|SPOP s 0|SPOP s -1|SRANDMEMBER s 0
ZADD z f m|ZADD z f m f m f m|ZADD z NX f m|ZADD z XX CH f m|ZADD z GT CH f m f m|ZADD z LT f m|ZADD z INCR f m|ZADD z XX INCR f m|ZADD z NX XX f m|ZADD z GT LT f m|ZADD z f|ZADD z x m
ZINCRBY z f m|ZREM z m m|ZCARD z|ZCARD k|ZADD y 0 m m|ZADD y 0 m 0 m|ZADD y 0 m|ZSCORE z m|ZMSCORE z m m|ZRANK z m|ZREVRANK z m|ZCOUNT z b b|ZLEXCOUNT y x x|ZRANGE z i i|ZRANGE z i i WITHSCORES|ZRANGE z i i REV
ZRANGE z b b BYSCORE|ZRANGE z b b BYSCORE REV LIMIT i i|ZRANGE z b b BYSCORE LIMIT i i WITHSCORES|ZRANGE y x x BYLEX|ZRANGE y x x BYLEX REV LIMIT i i|ZRANGE z i i LIMIT 0 1
ZRANGEBYSCORE z b b|ZRANGEBYSCORE z b b WITHSCORES LIMIT i i|ZREVRANGEBYSCORE z b b|ZREVRANGEBYSCORE z b b LIMIT i i|ZRANGEBYLEX y x x|ZREVRANGEBYLEX y x x LIMIT i i
ZREVRANGE z i i WITHSCORES|ZRANGESTORE z z i i|ZRANGESTORE z z b b BYSCORE LIMIT i i|ZRANGESTORE y y x x BYLEX|ZREMRANGEBYRANK z i i|ZREMRANGEBYSCORE z b b|ZREMRANGEBYLEX y x x
ZPOPMIN z|ZPOPMAX z|ZPOPMIN z i|ZPOPMAX z i|ZMPOP 2 z z MIN COUNT c|ZMPOP 1 z MAX|ZMPOP 1 z UP|ZSCAN z 0 COUNT 1000|ZRANDMEMBER z 0
ZUNION 2 z z WITHSCORES|ZUNION 2 z s WITHSCORES|ZINTER 2 z z WITHSCORES|ZINTER 2 z s WEIGHTS f f WITHSCORES|ZDIFF 2 z z WITHSCORES|ZDIFF 3 z s z|ZINTERCARD 2 z z|ZINTERCARD 2 z z LIMIT i
ZUNIONSTORE z 2 z z|ZUNIONSTORE z 2 z s WEIGHTS f f AGGREGATE MAX|ZINTERSTORE z 2 z z AGGREGATE MIN|ZINTERSTORE z 3 z z s WEIGHTS f f f|ZDIFFSTORE z 2 z z|ZUNIONSTORE z i z z|ZUNION 2 z z WEIGHTS f
SINTERSTORE k nosuch|DUMP nosuch|RESTORE k 0 xyz
`
  .trim()
  .split(/[\n|]/)
  .map((line) => line.split(" "));

const MEMBERS = ["m1", "m2", "m3", "m11", "a", "b", "", "x\u00e9", "long".repeat(20)];
const NUMBERS = ["0", "1", "2", "-1", "17", "300", "-300", "70000", "9223372036854775807", "10000000000", "01", "x"];
const SCORES = ["0", "1", "-1", "2.5", "0.1", "3", "1e3", "inf", "-inf", "1e20", "-0.30000000000000004", "x"];
const BOUNDS = ["-inf", "+inf", "(1", "0", "2.5", "(-1", "1000", "-inf", "+inf", "bad"];
const NAMES = ["-", "+", "[a", "(m1", "[m2", "(x", "-", "+", "bad"];

export const pick = (chance: Chance, from: readonly string[]): string => from[chance(from.length)] ?? "";
const ofType = (letter: string): readonly string[] => KEYS.filter((key) => key.startsWith(letter));

function word(shape: string, chance: Chance): string {
  switch (shape) {
    case "k":
      return pick(chance, KEYS.slice(0, -2));
    case "h":
    case "l":
    case "s":
    case "z":
    case "y":
      return pick(
        chance,
        shape !== "y" && chance(40) === 0 ? KEYS.filter((key) => !key.startsWith("y")) : ofType(shape),
      );
    case "m":
      return pick(chance, MEMBERS);
    case "v":
      return pick(chance, [...MEMBERS, ...NUMBERS]);
    case "i":
      return String(chance(9) - 3);
    case "c":
      return String(chance(4) + 1);
    case "n":
      return pick(chance, NUMBERS);
    case "f":
      return pick(chance, SCORES);
    case "b":
      return pick(chance, BOUNDS);
    case "x":
      return pick(chance, NAMES);
  }
  return shape;
}

export function commandOf(chance: Chance): readonly string[] {
  const shape = SHAPES[chance(SHAPES.length)] ?? [];
  return shape.map((part) => word(part, chance));
}
