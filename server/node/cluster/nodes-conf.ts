import { SLOT_COUNT } from "@/lib/cluster/slots";
import { type ClusterNode, isReplica, joinPrimary } from "./cluster-node";
import { FAIL, flagsOf, MYSELF } from "./flags";
import { isAddressText, isHostname, isId } from "./frame";
import type { ClusterState } from "./state";

/** The file is not what a cluster node writes: the node must not start over it. */
export class NodesConfError extends Error {
  constructor(line: string) {
    super(`Unrecoverable error: corrupted cluster config file "${line.slice(0, 200)}".`);
  }
}

/**
 * Takes the text of a nodes.conf, of this node or of redis 6 and 7, into a state that knows nobody but itself. False: the file
 * is empty, which redis takes for no file.
 */
export function readNodesConf(state: ClusterState, text: string): boolean {
  if (text.length === 0) return false;
  state.nodes.clear();
  const reader = new Reader(state);
  for (const line of text.split("\n")) if (line.trim() !== "") reader.line(line);
  const [myself] = [...state.nodes.values()].filter((node) => (node.flags & MYSELF) !== 0);
  if (!myself) throw new NodesConfError("no line says myself");
  state.myself = myself;
  state.currentEpoch = state.maxEpoch();
  return true;
}

class Reader {
  readonly #state: ClusterState;

  constructor(state: ClusterState) {
    this.#state = state;
  }

  line(line: string): void {
    const words = line.trim().split(/\s+/);
    const bad = new NodesConfError(line);
    if (words[0]?.toLowerCase() === "vars") {
      this.#vars(words, bad);
      return;
    }
    const [id = "", address = "", flags = "", primary = "", ping = "", pong = "", epoch = "", , ...slots] = words;
    if (words.length < 8) throw bad;
    const node = this.#node(id, bad);
    this.#address(node, address, bad);
    this.#flags(node, flags, bad);
    if (primary !== "-") joinPrimary(this.#node(primary, bad), node);
    const { nowMs } = this.#state;
    if (Number.parseInt(ping, 10)) node.pingSentMs = nowMs;
    if (Number.parseInt(pong, 10)) node.pongMs = nowMs;
    node.configEpoch = isReplica(node) && node.primary ? 0 : this.#epoch(epoch, bad);
    for (const word of slots) this.#slots(node, word, bad);
  }

  #vars(words: readonly string[], bad: NodesConfError): void {
    if (words.length % 2 === 0) throw bad;
    for (let at = 1; at < words.length; at += 2) {
      const name = words[at]?.toLowerCase();
      const value = words[at + 1] ?? "";
      if (name === "currentepoch") this.#state.currentEpoch = this.#epoch(value, bad);
      if (name === "lastvoteepoch") this.#state.lastVoteEpoch = this.#epoch(value, bad);
    }
  }

  #node(id: string, bad: NodesConfError): ClusterNode {
    if (!isId(id)) throw bad;
    return this.#state.nodes.get(id) ?? this.#state.add(0, id);
  }

  /** `ip:port@bus,hostname`; what later versions write after it is passed over. */
  #address(node: ClusterNode, text: string, bad: NodesConfError): void {
    const [address = "", hostname = ""] = text.split(",");
    const match = /^(.*):(\d{1,5})(?:@(\d{1,5}))?$/.exec(address);
    if (!match || !isAddressText(match[1] ?? "") || !isHostname(hostname)) throw bad;
    node.ip = match[1] ?? "";
    node.port = Number(match[2]);
    node.busPort = match[3] === undefined ? node.port + 10000 : Number(match[3]);
    node.hostname = hostname;
  }

  #flags(node: ClusterNode, text: string, bad: NodesConfError): void {
    const flags = flagsOf(text);
    if (flags === undefined) throw bad;
    node.flags |= flags;
    if ((flags & FAIL) !== 0) node.failedMs = this.#state.nowMs;
  }

  #epoch(text: string, bad: NodesConfError): number {
    if (!/^\d{1,16}$/.test(text)) throw bad;
    return Number(text);
  }

  #slots(node: ClusterNode, word: string, bad: NodesConfError): void {
    const open = /^\[(\d{1,5})-([<>])-([0-9a-f]{40})\]$/.exec(word);
    const range = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(word);
    const first = Number(open?.[1] ?? range?.[1] ?? SLOT_COUNT);
    const last = Number(range?.[2] ?? first);
    if (first >= SLOT_COUNT || last >= SLOT_COUNT) throw bad;
    if (!open) {
      for (let slot = first; slot <= last; slot++) this.#state.give(slot, node);
      return;
    }
    const other = this.#node(open[3] ?? "", bad);
    (open[2] === ">" ? this.#state.migratingTo : this.#state.importingFrom).set(first, other);
  }
}
