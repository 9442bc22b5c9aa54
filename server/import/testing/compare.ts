import { keySlot } from "@/lib/cluster/key-slot";
import { hasSlot } from "@/lib/cluster/slots";
import { isSameDump } from "@/server/backup/same-value";
import { Link } from "@/server/link";
import type { TestCluster } from "@/server/testing/cluster";
import type { TestNode } from "@/server/testing/node";

export const ownerIn = ({ primaries, ranges }: TestCluster, key: Buffer | string): TestNode => {
  const slot = keySlot(typeof key === "string" ? Buffer.from(key) : key);
  const owner = primaries.find((_, i) => hasSlot([ranges[i] ?? [1, 0]], slot));
  if (!owner) throw new Error(`nobody owns slot ${slot}`);
  return owner;
};

export type Held = ReadonlyMap<string, { readonly dump: Buffer; readonly expiresAtMs: number }>;

/** Every key of a server with its value and its expiry, read now. */
export async function heldBy(node: Pick<TestNode, "endpoint">, password?: string): Promise<Held> {
  const link = await Link.open({ endpoint: node.endpoint, password });
  try {
    const keys = (await link.call(["KEYS", "*"], { buffers: true })) as readonly Buffer[];
    const replies = await link.pipeline(
      keys.flatMap((key) => [
        ["DUMP", key],
        ["PEXPIRETIME", key],
      ]),
      { buffers: true },
    );
    return new Map(
      keys.flatMap((key, i) => {
        const [dump, expiry] = replies.slice(2 * i, 2 * i + 2);
        if (!dump?.ok || !expiry?.ok || !Buffer.isBuffer(dump.value)) return [];
        return [[key.toString("latin1"), { dump: dump.value, expiresAtMs: Number(expiry.value) }] as const];
      }),
    );
  } finally {
    link.close();
  }
}

export async function heldByAll(cluster: TestCluster): Promise<Held> {
  const all = await Promise.all(cluster.primaries.map((node) => heldBy(node)));
  return new Map(all.flatMap((one) => [...one]));
}

/** Names of keys whose value is not the same, or whose expiry is more than `ms` off; in both directions. */
export function differences(a: Held, b: Held, ms = 5): readonly string[] {
  const names = new Set([...a.keys(), ...b.keys()]);
  return [...names].filter((name) => {
    const [x, y] = [a.get(name), b.get(name)];
    if (!x || !y) return true;
    if (x.expiresAtMs < 0 !== y.expiresAtMs < 0) return true;
    return Math.abs(x.expiresAtMs - y.expiresAtMs) > ms || !isSameDump(x.dump, y.dump);
  });
}
