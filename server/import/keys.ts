import { keySlot } from "@/lib/cluster/key-slot";
import type { Slot } from "@/lib/cluster/slots";
import type { Command, Link, Settled } from "@/server/link";

/** A key as its source tells of it. */
export type SourceKey = {
  readonly key: Buffer;
  readonly slot: Slot;
  readonly type: string;
  readonly bytes: number;
  /** By the clock of the source. */
  readonly expiresAtMs: number | undefined;
};

/** Elements looked at in a collection: more makes big keys truer and the source slower. */
const SAMPLES = 5;
const PER_WRITE = 1000;

export type Page = { readonly keys: readonly Buffer[]; readonly next: string };

export async function scanPage(link: Link, cursor: string, count: number): Promise<Page> {
  const reply = await link.call(["SCAN", cursor, "COUNT", count], { buffers: true });
  const [next, keys] = reply as [Buffer, readonly Buffer[]];
  return { next: next.toString(), keys: [...new Map(keys.map((key) => [key.toString("latin1"), key])).values()] };
}

/** What is gone meanwhile is left out. */
export async function describeKeys(link: Link, keys: readonly Buffer[]): Promise<readonly SourceKey[]> {
  const described: SourceKey[] = [];
  const clock = await clockOf(link);
  for (let at = 0; at < keys.length; at += PER_WRITE) {
    const some = keys.slice(at, at + PER_WRITE);
    const told = await timed(link, some, (key) => [
      ["TYPE", key],
      ["MEMORY", "USAGE", key, "SAMPLES", SAMPLES],
      [clock, key],
    ]);
    for (const [i, { replies, atMs }] of told.entries()) {
      const key = some[i];
      const [type, bytes, ends] = replies.map(replyIn);
      if (!key || String(type) === "none" || typeof bytes !== "number" || Number(ends) === -2) continue;
      const expiresAtMs = expiryIn(Number(ends), clock, atMs);
      described.push({ key, slot: keySlot(key), type: String(type), bytes, expiresAtMs });
    }
  }
  return described;
}

/** Type and expiry of keys, by the clock of the node that holds them; type `none`: it has none of that name. */
export type Standing = { readonly type: string; readonly expiresAtMs: number | undefined };

export async function standingOf(link: Link, keys: readonly Buffer[]): Promise<readonly (Standing | Settled)[]> {
  const clock = await clockOf(link);
  const told = await timed(link, keys, (key) => [
    ["TYPE", key],
    [clock, key],
  ]);
  return told.map(({ replies, atMs }) => {
    const failed = replies.find((reply) => !reply.ok);
    if (failed) return failed;
    const [type, ends] = replies.map(replyIn);
    return { type: String(type), expiresAtMs: expiryIn(Number(ends), clock, atMs) };
  });
}

/** The moment itself, from 7.0 on; before, what is left of it, which is off by as much as a busy machine keeps waiting. */
type Clock = "PEXPIRETIME" | "PTTL";
const clocks = new WeakMap<Link, Promise<Clock>>();

function clockOf(link: Link): Promise<Clock> {
  const known =
    clocks.get(link) ??
    link
      .pipeline([["PEXPIRETIME", ""]])
      .then(([tried]) => (tried?.ok || tried?.error.prefix === "MOVED" ? "PEXPIRETIME" : "PTTL"));
  clocks.set(link, known);
  return known;
}

function expiryIn(told: number, clock: Clock, atMs: number): number | undefined {
  if (told < 0) return undefined;
  return clock === "PTTL" ? atMs + told : told;
}

type Timed = { readonly replies: readonly Settled[]; readonly atMs: number };

/** The node's own clock is asked before and behind: when each answer was given lies in between. */
async function timed(link: Link, keys: readonly Buffer[], ask: (key: Buffer) => readonly Command[]): Promise<Timed[]> {
  if (keys.length === 0) return [];
  const commands = keys.map(ask);
  const each = commands[0]?.length ?? 1;
  const settled = await link.pipeline([["TIME"], ...commands.flat(), ["TIME"]], { buffers: true });
  const [first, last] = [timeIn(settled[0]), timeIn(settled.at(-1))];
  return keys.map((_, i) => ({
    replies: settled.slice(1 + i * each, 1 + (i + 1) * each),
    atMs: first + ((last - first) * i) / keys.length,
  }));
}

function replyIn(settled: Settled): unknown {
  if (!settled.ok) throw settled.error;
  return settled.value;
}

const timeIn = (settled: Settled | undefined): number => {
  if (!settled?.ok) throw settled?.error ?? new Error("a TIME without an answer");
  const [seconds, micros] = settled.value as readonly [Buffer, Buffer];
  return Number(seconds) * 1000 + Number(micros) / 1000;
};

const PROBES = 5;
/** Less cannot be told from the way between them. */
const CLOCK_GRAIN_MS = 2;

/** By how much one node's clock is ahead of another's; 0 where it is no more than the way takes. */
export async function clockAhead(of: Link, than: Link): Promise<number> {
  let best = { aheadMs: 0, roundMs: Number.POSITIVE_INFINITY };
  for (let probe = 0; probe < PROBES; probe++) {
    const startedMs = performance.now();
    const [[theirs], [own], [again]] = [
      await than.pipeline([["TIME"]], { buffers: true }),
      await of.pipeline([["TIME"]], { buffers: true }),
      await than.pipeline([["TIME"]], { buffers: true }),
    ];
    const roundMs = performance.now() - startedMs;
    if (roundMs >= best.roundMs) continue;
    best = { aheadMs: timeIn(own) - (timeIn(theirs) + timeIn(again)) / 2, roundMs };
  }
  return Math.abs(best.aheadMs) <= best.roundMs + CLOCK_GRAIN_MS ? 0 : best.aheadMs;
}
