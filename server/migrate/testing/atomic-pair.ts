import { asNodeId, type Endpoint, type NodeId } from "@/lib/cluster/node";
import {
  ALL_SLOTS,
  eachSlot,
  formatRanges,
  rangesOf,
  type Slot,
  type SlotRange,
  subtractRanges,
} from "@/lib/cluster/slots";
import { type AtomicWay, drivenAt } from "@/lib/plans/way";
import { bulk, refusal, type Scripted, startScripted } from "@/server/testing/scripted";
import { listed, type PlayedTask } from "./atomic-shapes";

export type PlayedNode = { readonly id: NodeId; readonly endpoint: Endpoint };

const DONE: Readonly<Record<AtomicWay, string>> = { "valkey-asm": "success", "redis-asm": "completed" };
const OK = "+OK\r\n";

/**
 * Two nodes that speak one dialect, with the shapes in which the real servers answer it. What becomes of a task is
 * written by the test, state by state: one a look at the end that drives. The state that means done flips the owner.
 */
export class AtomicPair {
  readonly way: AtomicWay;
  readonly source: PlayedNode;
  readonly target: PlayedNode;
  readonly tasks: PlayedTask[] = [];
  /** For each task that is started, in turn; the last word stays. */
  readonly scripts: (readonly string[])[] = [];
  /** Texts with which the next starts are refused. */
  readonly refusals: string[] = [];
  readonly count = { start: 0, cancel: 0 };
  readonly #given = new Set<Slot>();
  #servers: readonly Scripted[] = [];

  private constructor(way: AtomicWay, port: number) {
    this.way = way;
    this.source = { id: asNodeId("a".repeat(40)), endpoint: { host: "127.0.0.1", port } };
    this.target = { id: asNodeId("b".repeat(40)), endpoint: { host: "127.0.0.1", port: port + 1 } };
  }

  static async start(way: AtomicWay, port: number): Promise<AtomicPair> {
    const pair = new AtomicPair(way, port);
    const play = (own: PlayedNode) => startScripted(own.endpoint, (command) => pair.#answer(own, command));
    pair.#servers = await Promise.all([pair.source, pair.target].map(play));
    return pair;
  }

  get driver(): PlayedNode {
    return drivenAt[this.way] === "source" ? this.source : this.target;
  }

  get taken(): SlotRange[] {
    return rangesOf(this.#given);
  }

  async close(): Promise<void> {
    await Promise.all(this.#servers.map((server) => server.close()));
  }

  #answer(own: PlayedNode, [name = "", ...rest]: readonly string[]): string {
    if (name === "CLUSTER") return this.#cluster(own, rest);
    if (name === "DBSIZE") return ":49152\r\n";
    if (name === "COMMAND") return "*1\r\n*1\r\n$1\r\nx\r\n";
    if (name !== "INFO") return OK;
    return bulk(
      "role:master\r\nmaster_replid:x\r\nmaster_repl_offset:1\r\nevicted_keys:0\r\nused_memory_dataset:4915200\r\n",
    );
  }

  #cluster(own: PlayedNode, words: readonly string[]): string {
    const [sub = "", first = ""] = words;
    if (sub === "MYID") return bulk(own.id);
    if (sub === "NODES") return bulk(`${this.#line(this.source, own)}\n${this.#line(this.target, own)}\n`);
    if (sub === "INFO") return bulk(infoOf(own === this.source ? 1 : 2));
    if (sub === "COUNTKEYSINSLOT") return `:${this.#given.has(Number(first)) === (own === this.target) ? 3 : 0}\r\n`;
    return this.#dialect(own, words) ?? refusal(`ERR unknown subcommand '${sub}'. Try CLUSTER HELP.`);
  }

  #dialect(own: PlayedNode, [sub = "", first = "", ...rest]: readonly string[]): string | undefined {
    const said = this.way === "valkey-asm" ? sub : sub === "MIGRATION" ? first : "";
    if (said === "GETSLOTMIGRATIONS" || said === "STATUS") {
      if (own === this.driver) this.#advance();
      return listed(this.way, this.tasks, own.id);
    }
    if (own !== this.driver) return undefined;
    if (said === "MIGRATESLOTS" || said === "IMPORT") return this.#begin(rest);
    return said === "CANCELSLOTMIGRATIONS" || said === "CANCEL" ? this.#cancel() : undefined;
  }

  #begin(words: readonly string[]): string {
    this.count.start++;
    const text = this.refusals.shift();
    if (text !== undefined) return refusal(text);
    const numbers = words.filter((word) => /^\d+$/.test(word)).map(Number);
    const pairs = numbers.flatMap((first, i) => (i % 2 ? [] : [[first, numbers[i + 1] ?? first] as const]));
    const [state = "", ...script] = this.scripts.shift() ?? ["connecting", DONE[this.way]];
    const id = String(this.tasks.length + 1).padStart(40, "0");
    const task = { id, ranges: pairs, source: this.source.id, target: this.target.id, state, script };
    this.tasks.unshift({ ...task, message: "", retries: 0 });
    return this.way === "valkey-asm" ? OK : bulk(id);
  }

  #cancel(): string {
    this.count.cancel++;
    const [task] = this.tasks;
    if (this.way === "valkey-asm") {
      if (task) Object.assign(task, { state: "cancelled", script: [] });
      return OK;
    }
    if (task) Object.assign(task, { state: "canceled", message: "Cancelled due to user request", script: [] });
    return ":1\r\n";
  }

  #advance(): void {
    for (const task of this.tasks) {
      const [now, ...script] = task.script;
      if (now === undefined) continue;
      const [state = "", ...words] = now.split(": ");
      const message = words.join(": ");
      if (state === "failed" && task.state === "failed") task.retries++;
      Object.assign(task, { state, message, script });
      if (state === DONE[this.way]) for (const slot of eachSlot(task.ranges)) this.#given.add(slot);
    }
  }

  #line(one: PlayedNode, own: PlayedNode): string {
    const { port } = one.endpoint;
    const isSource = one === this.source;
    const ranges = isSource ? subtractRanges(ALL_SLOTS, this.taken) : this.taken;
    const flags = `${one === own ? "myself," : ""}master - 0 1 ${isSource ? 1 : 2}`;
    const slots = formatRanges(ranges, "-").replaceAll(",", "");
    return `${one.id} 127.0.0.1:${port}@${port + 10_000} ${flags} connected ${slots}`;
  }
}

const infoOf = (epoch: number): string =>
  [
    "cluster_state:ok",
    "cluster_known_nodes:2",
    "cluster_size:2",
    "cluster_current_epoch:2",
    `cluster_my_epoch:${epoch}`,
    "",
  ].join("\r\n");
