import { keySlot } from "@/lib/cluster/key-slot";
import { hasSlot } from "@/lib/cluster/slots";
import type { Command } from "@/server/link";
import type { TestCluster } from "@/server/testing/cluster";

const EXPIRES_AT_MS = 33_177_117_420_000;

/** Keys of every type that all servers have, `rounds` of each on every shard, every third of them with an expiry. */
export async function fillCluster({ primaries, ranges }: TestCluster, rounds: number): Promise<readonly string[]> {
  const keys: string[] = [];
  const put = async (key: string, ...commands: readonly Command[]) => {
    const owner = primaries.find((_, i) => hasSlot([ranges[i] ?? [1, 0]], keySlot(Buffer.from(key))));
    for (const command of commands) await owner?.call(...command);
    if (keys.length % 3 === 0) await owner?.call("PEXPIREAT", key, EXPIRES_AT_MS + keys.length);
    keys.push(key);
  };
  for (let i = 0; i < rounds * primaries.length; i++) {
    await put(`string:${i}`, ["SET", `string:${i}`, `value ${i} ${"~".repeat(i % 90)}`]);
    await put(`number:${i}`, ["SET", `number:${i}`, i * 1001]);
    await put(`list:${i}`, ["RPUSH", `list:${i}`, "a", i, "c".repeat(70)]);
    await put(`hash:${i}`, ["HSET", `hash:${i}`, "f", i, "long", "z".repeat(80)]);
    await put(`set:${i}`, ["SADD", `set:${i}`, "a", "b", i]);
    await put(`ints:${i}`, ["SADD", `ints:${i}`, 1, 70000, i]);
    await put(`zset:${i}`, ["ZADD", `zset:${i}`, "1.5", "a", i, "b"]);
    await put(
      `stream:${i}`,
      ["XADD", `stream:${i}`, "5-1", "a", i],
      ["XGROUP", "CREATE", `stream:${i}`, "readers", "0"],
      ["XREADGROUP", "GROUP", "readers", "anna", "COUNT", "1", "STREAMS", `stream:${i}`, ">"],
    );
  }
  return keys;
}
