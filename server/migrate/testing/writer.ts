import { Cluster } from "ioredis";
import { keySlot } from "@/lib/cluster/key-slot";
import type { Slot } from "@/lib/cluster/slots";
import type { TestNode } from "@/server/testing/node";
import { type Model, nameOf, tagOf } from "./data";

/** A client of the cluster that counts up in many keys at once and remembers what was acknowledged. */
export type Writer = {
  readonly errors: readonly string[];
  readonly written: number;
  /** Ends it; puts every counter into the model. A counter whose last answer was an error is left out. */
  stop(model: Model): Promise<void>;
};

export type WriterOptions = {
  readonly nodes: readonly Pick<TestNode, "endpoint">[];
  readonly slots: readonly Slot[];
  readonly hands?: number;
};

export async function startWriter({ nodes, slots, hands = 8 }: WriterOptions): Promise<Writer> {
  const client = new Cluster(
    nodes.map(({ endpoint }) => endpoint),
    { redisOptions: { maxRetriesPerRequest: 2, commandTimeout: 5000 }, lazyConnect: true },
  );
  client.on("error", () => {});
  await client.connect();
  const acknowledged = new Map<string, number>();
  const doubtful = new Set<string>();
  const errors: string[] = [];
  let written = 0;
  let isStopping = false;
  const hand = async (at: number) => {
    for (let i = at; !isStopping; i += hands) {
      const slot = slots[i % slots.length] ?? 0;
      const key = `{${tagOf(slot)}}:count:${i % (3 * slots.length)}`;
      try {
        const value = await client.incr(key);
        if (value !== (acknowledged.get(key) ?? 0) + 1 && !doubtful.has(key))
          errors.push(`${key} (slot ${keySlot(key)}) answered ${value} after ${acknowledged.get(key) ?? 0}`);
        acknowledged.set(key, value);
        written++;
      } catch (error) {
        errors.push(String(error));
        doubtful.add(key);
      }
    }
  };
  const work = Promise.all(Array.from({ length: hands }, (_, at) => hand(at)));
  return {
    errors,
    get written() {
      return written;
    },
    stop: async (model) => {
      isStopping = true;
      await work;
      client.disconnect();
      for (const [text, value] of acknowledged) {
        const key = Buffer.from(text);
        if (!doubtful.has(text))
          model.set(nameOf(key), { key, value: Buffer.from(String(value)), expiresMs: undefined });
      }
    },
  };
}
