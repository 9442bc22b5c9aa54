import type { NodeParts } from "../parts";
import type { Identity } from "./identity";
import type { ReplicaLink } from "./replica-link";
import { SnapshotJob } from "./snapshot-job";
import type { ValueCodec } from "./value-codec";

export type FullCopiesOptions = {
  readonly node: NodeParts;
  readonly identity: Identity;
  readonly codec: ValueCodec;
  /** Of a replica: the database that is selected in the stream that it passes on. */
  readonly streamDb: () => number | undefined;
  /** Where the stream stands: the copy is of that place. */
  readonly begins: () => number;
};

type Copy = { readonly job: SnapshotJob; links: readonly ReplicaLink[] };

/** So much of a snapshot waits for the slowest that it is made for. */
const MAX_OWED = 32 * 1024 * 1024;
const MARK_BYTES = 20;

/** Whole copies for those who wait for one: one at a time, shared by all who came before it begins. */
export class FullCopies {
  readonly #options: FullCopiesOptions;
  #copy: Copy | undefined;

  constructor(options: FullCopiesOptions) {
    this.#options = options;
  }

  /** Waits for repl-diskless-sync-delay, so that others who come meanwhile share it. */
  begin(all: Iterable<ReplicaLink>, now: number): void {
    if (this.#copy) return;
    const links = [...all].filter((link) => link.phase === "waiting");
    const { node, identity, codec } = this.#options;
    const { settings, world, keyspace } = node;
    const delayMs = settings.isOn("repl-diskless-sync") ? settings.number("repl-diskless-sync-delay") * 1000 : 0;
    if (!links.some((link) => now - link.sinceMs >= delayMs)) return;
    const place = this.#options.begins();
    const mark = world.randomBytes(MARK_BYTES).toString("hex");
    for (const link of links) link.begin(place, `+FULLRESYNC ${identity.id} ${place}\r\n`, mark);
    const write = (bytes: Buffer) => {
      for (const link of this.#copy?.links ?? links) link.deliver(bytes);
    };
    const job = new SnapshotJob({ keyspace, codec, aux: this.#aux(place), write });
    this.#copy = { job, links };
    world.log("notice", `Full copy at offset ${place} begins for ${links.map((link) => link.name).join(", ")}`);
  }

  /** Goes on for so long, or until somebody does not take what is made. */
  step(ms: number): void {
    const copy = this.#copy;
    if (!copy || copy.links.some((link) => link.owedBytes > MAX_OWED)) return;
    const { world } = this.#options.node;
    const until = world.monotonicMs() + ms;
    copy.job.step(() => world.monotonicMs() >= until || copy.links.some((link) => link.owedBytes > MAX_OWED));
    if (!copy.job.isDone) return;
    this.#copy = undefined;
    for (const link of copy.links) link.finish();
  }

  /** A copy that nobody waits for any more is not made to its end. */
  gone(link: ReplicaLink): void {
    const copy = this.#copy;
    if (!copy) return;
    copy.links = copy.links.filter((other) => other !== link);
    if (copy.links.length > 0) return;
    copy.job.close();
    this.#copy = undefined;
  }

  #aux(place: number): Readonly<Record<string, string>> {
    return {
      "redis-ver": "7.0.15",
      "redis-bits": "64",
      ctime: String(Math.floor(this.#options.node.world.now() / 1000)),
      "repl-stream-db": String(this.#options.streamDb() ?? 0),
      "repl-id": this.#options.identity.id,
      "repl-offset": String(place),
      "aof-base": "0",
    };
  }
}
