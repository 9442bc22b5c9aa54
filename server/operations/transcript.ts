import type { NodeId } from "@/lib/cluster/node";
import { isOpsError } from "@/lib/errors";
import type { Sent } from "@/server/link";
import type { Store } from "@/server/store/sqlite";
import { insertTranscript, type NewTranscriptEntry } from "@/server/store/transcript";
import { headOf, transcribe } from "./transcribe";

const FLUSH_MS = 300;
const FLUSH_ENTRIES = 500;
/** While the store refuses, so much is kept to be written later. */
const KEPT_ENTRIES = 20_000;

type Held = { entry: NewTranscriptEntry; times: number; lastSlot?: number };
/** A SETSLOT that was granted; `rest` is what follows the slot. */
type SlotChange = { readonly slot: number; readonly rest: string };
type SlotRun = SlotChange & { readonly held: Held };

/**
 * Every command of one operation, to whom, what came back. Written in groups, because the commands of a move come by
 * the thousand; what is read again and again from one node between two changes is one entry with a count. Changes
 * stand alone, but for SETSLOTs of one write, slot after slot and all granted: they are told as one range.
 */
export class TranscriptWriter {
  readonly #store: Store;
  readonly #operationId: number;
  #held: Held[] = [];
  #reads = new Map<string, Map<string, Held>>();
  #slotRuns = new Map<string, SlotRun>();
  #timer: NodeJS.Timeout | undefined;

  constructor({ store, operationId }: { store: Store; operationId: number }) {
    this.#store = store;
    this.#operationId = operationId;
  }

  record(nodeId: NodeId | undefined, sent: Sent): void {
    const { head, mutates } = headOf(sent);
    const at = nodeId ?? `${sent.endpoint.host}:${sent.endpoint.port}`;
    const reads = this.#reads.get(at) ?? new Map<string, Held>();
    const again = reads.get(head);
    if (again && !mutates && !sent.error && again.entry.ok) {
      again.times++;
      if (sent.tookMs > again.entry.tookMs) again.entry = { ...again.entry, tookMs: sent.tookMs };
      return;
    }
    const change = slotChange(sent);
    if (change && this.#goesOn(at, sent, change)) return;
    const line = transcribe(sent);
    const held: Held = {
      times: 1,
      entry: {
        operationId: this.#operationId,
        atMs: sent.atMs,
        ...(nodeId === undefined ? {} : { nodeId }),
        endpoint: sent.endpoint,
        command: line.command,
        reply: line.reply,
        ok: sent.error === undefined,
        mutates,
        tookMs: sent.tookMs,
      },
    };
    this.#held.push(held);
    if (change) this.#slotRuns.set(at, { ...change, held });
    if (mutates) reads.clear();
    else reads.set(head, held);
    this.#reads.set(at, reads);
    if (this.#held.length >= FLUSH_ENTRIES) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), FLUSH_MS);
  }

  #goesOn(at: string, sent: Sent, { slot, rest }: SlotChange): boolean {
    const run = this.#slotRuns.get(at);
    if (!run || run.rest !== rest || run.held.entry.atMs !== sent.atMs) return false;
    if (slot !== (run.held.lastSlot ?? run.slot) + 1) return false;
    run.held.lastSlot = slot;
    run.held.times++;
    return true;
  }

  /** Joins the transaction that is open. A store that refuses gets it later. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#held.length === 0) return;
    try {
      insertTranscript(this.#store, this.#held.map(entryOf));
      this.#held = [];
    } catch (error) {
      if (!isOpsError(error)) throw error;
      this.#held = this.#held.slice(-KEPT_ENTRIES);
      this.#timer = setTimeout(() => this.flush(), FLUSH_MS * 10);
      this.#timer.unref();
    }
    this.#reads = new Map();
    this.#slotRuns = new Map();
  }
}

function entryOf({ entry, times, lastSlot }: Held): NewTranscriptEntry {
  if (times === 1) return entry;
  const command = lastSlot === undefined ? entry.command : entry.command.replace(/ (\d+) /, ` $1-${lastSlot} `);
  return { ...entry, command: `${command} ×${times}` };
}

function slotChange({ command, error }: Sent): SlotChange | undefined {
  const [name, sub, slot, word, node = ""] = command;
  if (error || name !== "CLUSTER" || sub !== "SETSLOT") return undefined;
  return { slot: Number(slot), rest: `${word} ${node}` };
}
