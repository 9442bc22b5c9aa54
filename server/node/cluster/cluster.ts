import type { Command } from "../command";
import type { ClusterPart, NodeParts, Route, RouteRequest } from "../parts";
import type { Address, ConnectionId } from "../world";
import { Bus } from "./bus";
import { isReplica } from "./cluster-node";
import { ClusterSettings } from "./cluster-settings";
import { clientCommands } from "./commands/client-commands";
import { clusterCommand } from "./commands/cluster-command";
import { clusterInfo } from "./commands/cluster-info";
import type { ClusterCore } from "./core";
import { Cron, updateMyself } from "./cron";
import { Election } from "./election";
import { Health } from "./health";
import { stepManual } from "./manual";
import { readNodesConf } from "./nodes-conf";
import { nodesConf } from "./nodes-text";
import { receive } from "./receive";
import { route, routeBlocked } from "./route";
import { ClusterState } from "./state";

/**
 * The cluster as one part of the node: what the bus brings and the clock asks changes the state; what follows of it (a new
 * nodes.conf, messages) goes out when the node settles, the file first.
 *
 * Throws NodesConfError when the file is damaged.
 */
export class Cluster implements ClusterPart {
  readonly commands: readonly Command[];
  readonly #core: ClusterCore;
  readonly #election = new Election();
  readonly #health = new Health();
  readonly #cron = new Cron(this.#election, this.#health);

  constructor(parts: NodeParts) {
    const state = new ClusterState(parts.world);
    const settings = new ClusterSettings(parts.settings);
    const bus: Bus = new Bus(parts, {
      state,
      settings,
      taken: (link, frame) => receive(this.#core, this.#election, link, frame),
    });
    this.#core = { parts, settings, state, bus };
    state.onLeft((slot) => parts.dropShardChannels(slot));
    this.commands = [clusterCommand(this.#core, { save: () => this.#save() }), ...clientCommands];
    const text = parts.world.disk.read(settings.file)?.toString("latin1") ?? "";
    const isKnown = readNodesConf(state, text);
    const what = isKnown ? "Node configuration loaded, I'm" : "No cluster configuration found, I'm";
    parts.world.log("notice", `${what} ${state.myself.id}`);
    updateMyself(this.#core);
    if (!isKnown) this.#saveOrDie();
  }

  get myId(): string {
    return this.#core.state.myself.id;
  }

  get isReplica(): boolean {
    return isReplica(this.#core.state.myself);
  }

  route(request: RouteRequest): Route {
    return route(this.#core, request);
  }

  routeBlocked(key: string): Route {
    return routeBlocked(this.#core, key);
  }

  publish(channel: Buffer, message: Buffer, sharded: boolean): void {
    const { state, bus } = this.#core;
    if (!sharded) {
      bus.broadcast({ kind: "publish", channel, message });
      return;
    }
    for (const node of state.shardOf(state.myself)) bus.send(node.link, { kind: "publishshard", channel, message });
  }

  info(): readonly string[] {
    return clusterInfo(this.#core);
  }

  get links(): ClusterPart["links"] {
    return this.#core.bus.load;
  }

  loaded(): void {
    const { state, parts } = this.#core;
    if (state.myself.primary) return;
    for (let slot = 0; slot < state.slots.length; slot++) {
      if (parts.keyspace.first.countInSlot(slot) === 0) continue;
      const owner = state.slots[slot];
      if (owner === state.myself || state.importingFrom.has(slot)) continue;
      const found = owner ? "the slot is assigned to another node" : "the slot is unassigned";
      const done = owner ? "Setting it to importing state" : "Taking responsibility for it";
      parts.world.log("warning", `I have keys for slot ${slot}, but ${found}. ${done}.`);
      if (owner) state.importingFrom.set(slot, owner);
      else state.give(slot, state.myself);
      state.owe("save");
    }
  }

  accepted(connection: ConnectionId, remote: Address, local: Address): void {
    this.#core.bus.accept(connection, remote, local);
  }

  tick(): void {
    this.#cron.tick(this.#core);
  }

  settle(): void {
    const { owed } = this.#core.state;
    if (owed.manual) stepManual(this.#core);
    if (owed.failover) this.#election.step(this.#core);
    if (owed.update) this.#health.update(this.#core);
    if (owed.save) this.#saveOrDie();
    this.#core.bus.flush();
  }

  #save(): void {
    const { state, parts, settings } = this.#core;
    parts.world.disk.overwrite(settings.file, Buffer.from(nodesConf(state), "latin1"));
    state.owed.save = false;
  }

  /** A node that cannot keep its votes and epochs must not go on: it would vote twice after a restart. */
  #saveOrDie(): void {
    try {
      this.#save();
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.#core.parts.world.log("warning", `Fatal: can't update cluster config file. ${why}`);
      this.#core.parts.world.exit(1);
    }
  }
}
