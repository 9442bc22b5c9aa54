import { type Endpoint, formatEndpoint, type NodeId, type NodeStats, type View } from "@/lib/cluster/node";
import type { LineCache } from "@/lib/cluster/parse";
import type { Answer } from "@/lib/cluster/topology";
import { isOpsError, OpsError } from "@/lib/errors";
import { type Dial, Link } from "@/server/link";
import { ask, type Said, wantsWholeInfo } from "./ask";

/** An open connection that is busy may take this long; a silent node is tried each second, so it gets less. */
const REPLY_MS = 1500;
const RETRY = { connectTimeoutMs: 400, timeoutMs: 500 };
/** Every so often a silent node gets longer: a network can be slow without being broken. */
const PATIENT_RETRY = { connectTimeoutMs: 1500, timeoutMs: 1500 };
const PATIENT_EVERY = 4;
const READ = { connectTimeoutMs: 1000, timeoutMs: 3000 };
const OBSERVE_BYTES = 8 * 1024 * 1024;

export type NodeWatchParts = {
  readonly id: NodeId;
  readonly dial: () => Dial;
  readonly cache: LineCache;
  readonly now: () => number;
  readonly onSettled: (watch: NodeWatch, changed: boolean) => void;
};

/**
 * One node under observation: a connection that only the heartbeat uses, another that readers share, and what the node
 * said last. It settles on its own and never throws: silence is a result. Every new connection proves by CLUSTER MYID
 * that this node is at its end.
 */
export class NodeWatch {
  readonly id: NodeId;
  readonly #parts: NodeWatchParts;
  #beat: Link | undefined;
  #reading: Promise<Link> | undefined;
  #asking: Promise<void> | undefined;
  #askingNodes = false;
  #wholeInfo = false;
  #hasMoved = false;
  #closed = false;
  #tries = 0;
  #reached: Endpoint | undefined;
  #answer: Answer | undefined;
  #view: View | undefined;
  #stats: NodeStats | undefined;

  constructor(parts: NodeWatchParts) {
    this.id = parts.id;
    this.#parts = parts;
  }

  get answer(): Answer | undefined {
    return this.#answer;
  }
  get stats(): NodeStats | undefined {
    return this.#stats;
  }
  /** Where it was last reached. */
  get reached(): Endpoint | undefined {
    return this.#reached;
  }
  get isAnswering(): boolean {
    return this.#answer?.kind === "answered";
  }
  /** Its last answer showed a change that its CLUSTER NODES has not been read for. */
  get hasMoved(): boolean {
    return this.#hasMoved;
  }
  get isAsking(): boolean {
    return this.#asking !== undefined;
  }
  /** Absent while it is silent: what it said before is history. */
  get view(): View | undefined {
    return this.isAnswering ? this.#view : undefined;
  }

  /** Asks, or joins the question that is on its way. */
  ask(withNodes: boolean): Promise<void> {
    if (this.#asking) return this.#asking;
    this.#askingNodes = withNodes || this.#view === undefined;
    this.#asking = this.#settle(this.#askingNodes).finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  /** Settles with an answer that was asked for after this call, or with a silence that lasted into it. */
  async askAnew(): Promise<void> {
    if (this.#asking) {
      await this.#asking;
      if (!this.isAnswering) return;
    }
    do await this.ask(true);
    while (!this.#askingNodes && this.isAnswering && !this.#closed);
  }

  /** The connection that readers share; opened when first wanted. Never for mutations. */
  async link(): Promise<Link> {
    const open = await this.#reading?.catch(() => undefined);
    if (open?.isOpen) return open;
    this.#reading = this.#open({ ...this.#parts.dial(), ...READ });
    return this.#reading;
  }

  /** Takes over a connection that found this node before it had a watch. */
  adopt(link: Link): void {
    this.#beat?.close();
    this.#beat = link;
    this.#reached = link.endpoint;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#beat?.close();
    (await this.#reading?.catch(() => undefined))?.close();
    await this.#asking;
  }

  async #settle(withNodes: boolean): Promise<void> {
    const started = performance.now();
    try {
      const said = await this.#askOnce(withNodes);
      if (this.#closed) return;
      const changed = this.#keep(said, Math.round((performance.now() - started) * 10) / 10);
      this.#parts.onSettled(this, changed);
    } catch (error) {
      if (this.#closed) return;
      this.#beat?.close();
      this.#beat = undefined;
      this.#parts.onSettled(this, this.#fallSilent(error));
    }
  }

  /** A connection that turns out to be gone is opened again at once; only then is the node silent. */
  async #askOnce(withNodes: boolean): Promise<Said> {
    const { id } = this;
    const { cache, now, dial } = this.#parts;
    const old = this.#beat?.isOpen ? this.#beat : undefined;
    const question = { id, withNodes, wholeInfo: this.#wholeInfo, cache, now };
    try {
      if (old) return await ask(old, { ...question, timeoutMs: REPLY_MS });
    } catch (error) {
      if (!isOpsError(error)) throw error;
      if (wantsWholeInfo(error)) this.#wholeInfo = true;
      else if (error.code !== "unreachable" || old?.isOpen) throw error;
    }
    const retry = ++this.#tries % PATIENT_EVERY === 0 ? PATIENT_RETRY : RETRY;
    const link = old?.isOpen ? old : await this.#open({ ...dial(), ...retry, maxReplyBytes: OBSERVE_BYTES });
    this.#beat = link;
    this.#reached = link.endpoint;
    const again = { ...question, timeoutMs: old ? REPLY_MS : retry.timeoutMs };
    try {
      return await ask(link, { ...again, wholeInfo: this.#wholeInfo });
    } catch (error) {
      if (!wantsWholeInfo(error)) throw error;
      this.#wholeInfo = true;
      return await ask(link, { ...again, wholeInfo: true });
    }
  }

  async #open(dial: Dial): Promise<Link> {
    const link = await Link.open(dial);
    try {
      const found = String(await link.call(["CLUSTER", "MYID"]));
      if (found === this.id && !this.#closed) return link;
      const endpoint = formatEndpoint(link.endpoint);
      throw new OpsError({
        code: "unreachable",
        sentence: "otherNode",
        message: `Another node answers at ${endpoint}: expected ${this.id}, found ${found}.`,
        details: { endpoint, expected: this.id, found },
      });
    } catch (error) {
      link.close();
      throw error;
    }
  }

  #keep({ info, stats, nodes }: Said, rttMs: number): boolean {
    const atMs = this.#parts.now();
    const before = this.#view;
    const same = nodes !== undefined && before !== undefined && sameItems(nodes, before.nodes);
    const kept = nodes === undefined || same ? (before?.nodes ?? []) : nodes;
    const moved = !sameInfo(info, before?.info) || movedOn(stats, this.#stats);
    const changed = !this.isAnswering || kept !== before?.nodes || moved;
    this.#hasMoved = nodes === undefined && (moved || this.#hasMoved);
    this.#view = { from: this.id, atMs, nodes: kept, info };
    this.#stats = stats;
    this.#answer = { kind: "answered", atMs, rttMs };
    return changed;
  }

  #fallSilent(error: unknown): boolean {
    const atMs = this.#parts.now();
    const before = this.#answer;
    const code = isOpsError(error) ? (SILENCE[error.sentence ?? ""] ?? error.code) : "internal";
    const message = error instanceof Error ? error.message : String(error);
    const lastMs = before?.kind === "silent" ? before.lastAnsweredMs : before?.atMs;
    this.#answer = {
      kind: "silent",
      sinceMs: before?.kind === "silent" ? before.sinceMs : atMs,
      ...(lastMs === undefined ? {} : { lastAnsweredMs: lastMs }),
      code,
      message,
    };
    return before?.kind !== "silent" || before.code !== code;
  }
}

/** Kinds of silence that the picture tells apart from being unreachable. */
const SILENCE: Readonly<Record<string, string>> = {
  noAddress: "no_address",
  otherNode: "other_node",
  loading: "loading",
  addressNotAllowed: "address_not_allowed",
};

function sameItems<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((item, i) => item === b[i]);
}

function sameInfo(a: View["info"], b: View["info"] | undefined): boolean {
  return (
    b !== undefined &&
    a.state === b.state &&
    a.currentEpoch === b.currentEpoch &&
    a.myEpoch === b.myEpoch &&
    a.knownNodes === b.knownNodes
  );
}

/** Readings that say that the node's place in the cluster may have changed. */
function movedOn(stats: NodeStats, before: NodeStats | undefined): boolean {
  return stats.runId !== before?.runId || stats.replId !== before.replId || stats.replLinkUp !== before.replLinkUp;
}
