import { Cluster } from "ioredis";
import type { ClientOptions, Felt } from "./clients";

/**
 * Runs in a process of its own, so that nobody's work but the servers' is felt. Latency counts from the moment at which
 * an operation was due, so that a stall is felt by all that had to wait for it.
 */
const { ports, perSecond, keys } = JSON.parse(process.argv[2] ?? "{}") as ClientOptions;
const EVERY_MS = 2;

const cluster = new Cluster(
  ports.map((port) => ({ host: "127.0.0.1", port })),
  { redisOptions: { commandTimeout: 10_000 } },
);
cluster.on("error", () => {});

let latencies: number[] = [];
let errors: string[] = [];
let due = 0;
const startedMs = performance.now();

async function one(n: number, dueMs: number): Promise<void> {
  const key = `key:${(n * 7919) % keys}`;
  try {
    if (n % 2 === 0) await cluster.get(key);
    else await cluster.set(key, `written by client operation ${n}`.padEnd(100, "."));
  } catch (error) {
    errors.push(error instanceof Error ? error.message : String(error));
  }
  latencies.push(performance.now() - dueMs);
}

setInterval(() => {
  const wanted = ((performance.now() - startedMs) * perSecond) / 1000;
  for (; due < wanted; due++) void one(due, startedMs + (due * 1000) / perSecond);
}, EVERY_MS);

process.on("message", () => {
  const sorted = latencies.sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  const felt: Felt = { operations: sorted.length, errors, p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(1) };
  [latencies, errors] = [[], []];
  process.send?.(felt);
});
process.on("disconnect", () => process.exit(0));

await cluster.ping();
process.send?.("ready");
