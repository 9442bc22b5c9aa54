import type { LiveEvent } from "@/lib/wire/live";
import type { Access } from "./access/access";
import type { EventHub } from "./events";

/**
 * One reader's event stream (SSE). The id of an event is `<bootId>-<seq>`; a reader that comes back with one gets what
 * it missed, or a `reset` when that is no longer known, when it is too much to be worth sending, or when it never read
 * before: it reads its snapshots then, and misses nothing that happens meanwhile.
 *
 * A stream ends when the reader leaves, when it reads too slowly, when its session ends, and when the console stops.
 */
export type StreamRequest = {
  readonly hub: EventHub;
  readonly access: Access;
  /** Names the session; undefined for a bearer token. */
  readonly key: string | undefined;
  readonly since: string | undefined;
  readonly signal: AbortSignal;
};

const BEAT_MS = 15_000;
/** A session may also end by its age, or in the database: looked at this often. */
const WATCH_MS = 4_000;
const RETRY_MS = 2000;
/** More than this is not replayed: the snapshots are smaller. */
const LONGEST_REPLAY = 500;
/** What may wait for a reader; a whole picture of a thousand nodes is about 1 MB. */
const LARGEST_BACKLOG_BYTES = 8 * 1024 * 1024;

const encoder = new TextEncoder();
/** Every reader gets the same bytes: an event is written out once. */
const written = new WeakMap<LiveEvent, Uint8Array>();

export function openStream(request: StreamRequest): Response {
  let end = () => {};
  const body = new ReadableStream<Uint8Array>(
    {
      start: (controller) => {
        end = feed(controller, request);
      },
      cancel: () => end(),
    },
    new ByteLengthQueuingStrategy({ highWaterMark: LARGEST_BACKLOG_BYTES }),
  );
  return new Response(body, {
    headers: {
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-cache, no-store, no-transform",
      "x-accel-buffering": "no",
    },
  });
}

function feed(controller: ReadableStreamDefaultController<Uint8Array>, request: StreamRequest): () => void {
  const { hub, access, key, signal } = request;
  const undo: (() => void)[] = [];
  const end = () => {
    if (undo.length === 0) return;
    for (const step of undo.splice(0)) step();
    try {
      controller.close();
    } catch {
      // The reader has gone already.
    }
  };
  const send = (bytes: Uint8Array) => {
    if ((controller.desiredSize ?? 0) <= 0) end();
    else controller.enqueue(bytes);
  };
  undo.push(hub.subscribe((event) => send(bytesOf(hub, event)), end));
  undo.push(access.onRevoked((revoked) => revoked === key && end()));
  undo.push(every(BEAT_MS, () => send(encoder.encode(": hb\n\n"))));
  undo.push(every(WATCH_MS, () => access.isAlive(key) || end()));
  signal.addEventListener("abort", end);
  undo.push(() => signal.removeEventListener("abort", end));
  send(encoder.encode(`retry: ${RETRY_MS}\n\n`));
  for (const bytes of opening(hub, request.since)) send(bytes);
  if (signal.aborted) end();
  return end;
}

function opening(hub: EventHub, since: string | undefined): readonly Uint8Array[] {
  const at = since?.lastIndexOf("-") ?? -1;
  const seq = Number(since?.slice(at + 1));
  const missed = since && at > 0 && Number.isInteger(seq) ? hub.since(since.slice(0, at), seq) : undefined;
  if (missed && missed.length <= LONGEST_REPLAY) return missed.map((event) => bytesOf(hub, event));
  return [bytesOf(hub, { type: "reset", seq: hub.seq, atMs: Date.now() })];
}

function bytesOf(hub: EventHub, event: LiveEvent): Uint8Array {
  const known = written.get(event);
  if (known) return known;
  const bytes = encoder.encode(`id: ${hub.bootId}-${event.seq}\ndata: ${JSON.stringify(event)}\n\n`);
  written.set(event, bytes);
  return bytes;
}

function every(ms: number, act: () => void): () => void {
  const timer = setInterval(act, ms);
  timer.unref();
  return () => clearInterval(timer);
}
