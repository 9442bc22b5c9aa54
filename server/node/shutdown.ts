import type { Client } from "./client";
import { CommandError } from "./command";
import type { NodeParts } from "./parts";

/** `isNow`: replicas are not waited for. `isForced`: what cannot be saved is lost. */
export type ShutdownWay = {
  readonly saves: "save" | "nosave" | "default";
  readonly isNow: boolean;
  readonly isForced: boolean;
};

const FAILED = "ERR Errors trying to SHUTDOWN. Check logs.";
const WORDS: ReadonlySet<string> = new Set(["default", "save", "nosave", "now", "force"]);

/** Words of SHUTDOWN, and of shutdown-on-sigint and shutdown-on-sigterm. Undefined: they are not such words. */
export function shutdownWay(words: readonly string[]): ShutdownWay | undefined {
  const said = new Set(words.map((word) => word.toLowerCase()));
  if (![...said].every((word) => WORDS.has(word)) || (said.has("save") && said.has("nosave"))) return undefined;
  const saves = said.has("save") ? "save" : said.has("nosave") ? "nosave" : "default";
  return { saves, isNow: said.has("now"), isForced: said.has("force") };
}

/**
 * The end of a node, as redis 7.0 comes to it:
 *
 *   1. Commands that write wait, and replicas get time (shutdown-timeout) to have all that was told; SHUTDOWN ABORT ends that.
 *   2. The append-only file is synced, and a snapshot saved where it is asked for or save points are set.
 *   3. What cannot be saved keeps the node from ending, unless it is forced: it goes on, and whoever asked is told.
 */
export class Shutdown {
  readonly #node: NodeParts;
  readonly #asking = new Set<Client>();
  #way: ShutdownWay | undefined;
  #untilMs = 0;

  constructor(node: NodeParts) {
    this.#node = node;
  }

  get isUnderWay(): boolean {
    return this.#way !== undefined;
  }

  /** `client`: answered if nothing comes of it. */
  begin(way: ShutdownWay, client?: Client): void {
    if (client) this.#wait(client);
    if (this.#way) return;
    this.#way = way;
    const { world, settings } = this.#node;
    world.log("warning", "User requested shutdown...");
    const seconds = settings.number("shutdown-timeout");
    if (way.isNow || seconds === 0 || this.#isReady()) {
      this.#end(way);
      return;
    }
    this.#untilMs = world.monotonicMs() + seconds * 1000;
    this.#node.pause("write", Number.POSITIVE_INFINITY);
    world.log("notice", "Waiting for replicas before shutting down.");
  }

  tick(): void {
    const way = this.#way;
    if (way && (this.#node.world.monotonicMs() >= this.#untilMs || this.#isReady())) this.#end(way);
  }

  /** False: there is nothing to abort. */
  abort(): boolean {
    if (!this.#way) return false;
    this.#cancel();
    this.#node.world.log("notice", "Shutdown manually aborted.");
    return true;
  }

  #isReady(): boolean {
    const { role, replicas, offset } = this.#node.replication;
    return role === "replica" || replicas.every((replica) => replica.offset >= offset);
  }

  #end(way: ShutdownWay): void {
    const { world, cluster } = this.#node;
    this.#tellLag();
    try {
      this.#keep(way);
    } catch (error) {
      const why = (error as Error).message;
      world.log("warning", `Error trying to save the DB, ${way.isForced ? "exiting anyway" : "can't exit"}: ${why}`);
      if (!way.isForced) {
        world.log("warning", "Errors trying to shut down the server. Check the logs for more information.");
        this.#cancel();
        return;
      }
    }
    cluster?.settle();
    world.log("warning", "Redis is now ready to exit, bye bye...");
    world.exit(0);
  }

  #keep({ saves }: ShutdownWay): void {
    const { world, settings, persistence } = this.#node;
    persistence.settle();
    persistence.sync();
    if (saves !== "save" && (saves === "nosave" || settings.text("save") === "")) return;
    world.log("notice", "Saving the final RDB snapshot before exiting.");
    persistence.save();
    world.log("notice", "DB saved on disk");
  }

  #tellLag(): void {
    const { world, replication } = this.#node;
    const { replicas, offset, role } = replication;
    if (role === "replica" || replicas.length === 0) return;
    const behind = replicas.filter((replica) => replica.offset < offset);
    for (const { address, offset: at } of behind)
      world.log(
        "warning",
        `Lagging replica ${address.host}:${address.port} reported offset ${offset - at} behind master`,
      );
    const level = behind.length > 0 ? "warning" : "notice";
    world.log(
      level,
      `${replicas.length - behind.length} of ${replicas.length} replicas are in sync when shutting down.`,
    );
  }

  #cancel(): void {
    this.#way = undefined;
    this.#node.unpause();
    for (const client of [...this.#asking]) {
      this.#asking.delete(client);
      client.reply.error(FAILED);
      client.block = undefined;
    }
  }

  #wait(client: Client): void {
    if (!client.canBlock)
      throw new CommandError("ERR SHUTDOWN without NOW or ABORT isn't allowed for DENY BLOCKING client");
    this.#asking.add(client);
    const gone = () => void this.#asking.delete(client);
    client.block = { reason: "shutdown", untilMs: undefined, timedOut: () => {}, gone };
  }
}
