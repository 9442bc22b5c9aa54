import { type LineCache, parseClusterNodes } from "@/lib/cluster/parse";
import { formatRanges, SLOT_COUNT } from "@/lib/cluster/slots";
import { Chance } from "./chance";
import { Network } from "./network";
import { SimulatedNode } from "./simulated-node";
import { Timeline } from "./timeline";

export type FleetOptions = {
  readonly seed: number;
  readonly primaries: number;
  readonly replicas: number;
  readonly timeoutMs?: number;
  readonly settings?: Readonly<Record<string, string>>;
};

/** A cluster of simulated nodes, made as redis-cli makes one. Everything in it follows from the seed. */
export class Fleet {
  readonly chance: Chance;
  readonly timeline = new Timeline();
  readonly network: Network;
  readonly nodes: readonly SimulatedNode[];
  readonly #options: FleetOptions;
  /** Lines that were read before: most are the same in every view. */
  readonly #lines: LineCache = new Map();
  #watch: (() => void) | undefined;

  constructor(options: FleetOptions) {
    this.#options = options;
    this.chance = new Chance(options.seed);
    this.network = new Network(this.timeline, this.chance);
    const place = { timeline: this.timeline, network: this.network, chance: this.chance };
    const settings = { "cluster-node-timeout": String(options.timeoutMs ?? 2000), ...options.settings };
    const count = options.primaries * (1 + options.replicas);
    this.nodes = Array.from(
      { length: count },
      (_, at) => new SimulatedNode(place, { host: `10.0.0.${at + 1}`, port: 7000 }, settings),
    );
    for (const node of this.nodes) node.start();
  }

  get up(): readonly SimulatedNode[] {
    return this.nodes.filter((node) => node.isUp);
  }

  get primaries(): readonly SimulatedNode[] {
    return this.nodes.slice(0, this.#options.primaries);
  }

  node(at: number): SimulatedNode {
    const node = this.nodes[at];
    if (!node) throw new RangeError(`the fleet has no node ${at}`);
    return node;
  }

  /** The replicas that node `at` was given when the cluster was made. */
  replicasOf(at: number): readonly SimulatedNode[] {
    const { primaries } = this.#options;
    return this.nodes.filter((_, index) => index >= primaries && (index - primaries) % primaries === at);
  }

  create(): void {
    const { primaries } = this.#options;
    const share = SLOT_COUNT / primaries;
    for (const [at, node] of this.primaries.entries())
      node.call("ADDSLOTSRANGE", String(Math.round(at * share)), String(Math.round((at + 1) * share) - 1));
    for (const [at, node] of this.nodes.entries()) node.call("SET-CONFIG-EPOCH", String(at + 1));
    const { host, port } = this.node(0).address;
    for (const node of this.nodes.slice(1)) node.call("MEET", host, String(port));
    this.until("all to know all", 30_000, () => this.up.every((one) => this.view(one).length === this.nodes.length));
    for (const [at, node] of this.nodes.entries()) {
      const primary = at < primaries ? undefined : this.node((at - primaries) % primaries);
      if (primary) node.call("REPLICATE", primary.cluster.myId);
    }
    this.until("the cluster to be made", 30_000, () => this.isWhole());
  }

  /** Called between the events, every so often of simulated time, for as long as the fleet runs. */
  watch(everyMs: number, check: () => void): void {
    const again = () => {
      check();
      this.timeline.at(this.timeline.nowMs + everyMs, again);
    };
    if (!this.#watch) this.timeline.at(this.timeline.nowMs + everyMs, again);
    this.#watch = again;
  }

  run(forMs: number): void {
    this.timeline.run(forMs);
  }

  /** How long it took, in simulated ms. */
  until(what: string, withinMs: number, holds: () => boolean): number {
    const startMs = this.timeline.nowMs;
    for (; this.timeline.nowMs - startMs <= withinMs; this.timeline.run(250))
      if (holds()) return this.timeline.nowMs - startMs;
    throw new Error(`waited ${withinMs} simulated ms for ${what} (seed ${this.#options.seed})\n${this.story()}`);
  }

  view(node: SimulatedNode) {
    return parseClusterNodes(String(node.call("NODES")), this.#lines);
  }

  info(node: SimulatedNode, name: string): string {
    const line = node.cluster.info().find((one) => one.startsWith(`${name}:`));
    return line?.slice(name.length + 1) ?? "";
  }

  /** Every node that is up says ok, and all say the same of who owns what and who follows whom. */
  isWhole(): boolean {
    if (!this.up.every((node) => this.info(node, "cluster_state") === "ok")) return false;
    return new Set(this.up.map((node) => this.#pictureOf(node))).size === 1;
  }

  /** For whoever has to find out what happened. */
  story(): string {
    return this.nodes
      .map(
        (node) =>
          `${node.name}${node.isUp ? "" : " (down)"}\n  ${node.log.slice(-12).join("\n  ")}\n${node.isUp ? node.call("NODES") : ""}`,
      )
      .join("\n");
  }

  #pictureOf(node: SimulatedNode): string {
    return this.view(node)
      .map((one) => `${one.id} ${one.primaryId ?? "-"} ${one.health} ${formatRanges(one.ranges)}`)
      .sort()
      .join("\n");
  }
}
