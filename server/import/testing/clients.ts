import { Link } from "@/server/link";
import type { TestNode } from "@/server/testing/node";

/** Clients of a source, as long as it lets them: every kind of write, over several keys too. */
export function startClients(node: TestNode, random: () => number) {
  const stopping = new AbortController();
  let writes = 0;
  const hand = async (n: number) => {
    const link = await Link.open({ endpoint: node.endpoint });
    const key = () => `live:${Math.floor(random() * 300)}`;
    const one = (): readonly (string | number)[] => {
      const [a, b, c] = [key(), key(), key()];
      const all: readonly (readonly (string | number)[])[] = [
        ["SET", `s:${a}`, random(), "PX", 200_000],
        ["INCR", `n:${a}`],
        ["MSET", `s:${a}`, 1, `s:${b}`, 2, `s:${c}`, random()],
        ["DEL", `s:${a}`, `n:${b}`, `l:${c}`],
        ["RPUSH", `l:${a}`, random(), "x".repeat(40)],
        ["LPOP", `l:${a}`],
        ["LMOVE", `l:${a}`, `l:${b}`, "LEFT", "RIGHT"],
        ["SADD", `t:${a}`, random(), n],
        ["SMOVE", `t:${a}`, `t:${b}`, n],
        ["SUNIONSTORE", `t:${c}`, `t:${a}`, `t:${b}`],
        ["ZINCRBY", `z:${a}`, 1, b],
        ["HSET", `h:${a}`, b, random()],
        ["XADD", `x:${a}`, "MAXLEN", 20, "*", "f", b],
        ["SORT", `l:${a}`, "ALPHA", "STORE", `l:${c}`],
        ["EXPIRE", `h:${a}`, 300],
        ["PERSIST", `h:${b}`],
        ["SET", `brief:${a}`, 1, "PX", 30],
        ["EVAL", "redis.call('SET', KEYS[1], ARGV[1]); redis.call('INCR', KEYS[2])", 2, `s:${a}`, `n:${b}`, random()],
        ["COPY", `s:${a}`, `s:${b}`, "REPLACE"],
      ];
      return all[Math.floor(random() * all.length)] ?? ["PING"];
    };
    while (!stopping.signal.aborted) {
      const some = Array.from({ length: 8 }, one);
      await link.pipeline([["MULTI"], ...some.slice(0, 3), ["EXEC"], ...some.slice(3)], { timeoutMs: 200_000 });
      writes += some.length;
      await new Promise((resolve) => setImmediate(resolve));
    }
    link.close();
  };
  const hands = [1, 2].map(hand);
  return {
    writes: () => writes,
    stop: async () => {
      stopping.abort();
      await node.call("CLIENT", "UNPAUSE");
      await Promise.all(hands);
    },
  };
}
