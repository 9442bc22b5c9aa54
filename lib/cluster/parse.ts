import { asNodeId, type ClusterInfo, type Endpoint, type NodeHealth, type NodeId, type ViewNode } from "./node";
import { normalizeRanges, SLOT_COUNT, type Slot, type SlotRange } from "./slots";

/**
 * The texts of CLUSTER NODES, CLUSTER INFO and INFO, as Redis 3 to 8 and Valkey 7.2 to 9 print them, made into the
 * words of this code base. Wire spellings (master, slave, fail?) end here.
 *
 * A line of CLUSTER NODES is
 * `id address flags primary ping-sent pong-received config-epoch link-state slot…`; the address is
 * `ip:port[@bus][,hostname[,name=value…]]`, where ip may be empty (`:0@0`), a name, or IPv6 without brackets
 * (`::1:7000@17000`). Slots are `n`, `first-last`, and on the `myself` line `[n->-id]` and `[n-<-id]`. Whatever else
 * a later version adds (flags, address parts, tokens) is passed over; a line that does not begin with a node id is
 * no node.
 *
 * A cluster of N nodes answers N texts that are nearly the same. With a `LineCache`, lines that differ only in their
 * ping and pong times share one object, so these two times may then be older than the text.
 */
export type LineCache = Map<string, ViewNode>;

const ID = /^[0-9a-f]{40}$/;
/** Of a DNS name, and of what the wire schemas take. */
const LONGEST_NAME = 255;
const OPEN = /^\[(\d{1,5})-([<>])-([0-9a-f]{40})\]$/;
const RANGE = /^(\d{1,5})(?:-(\d{1,5}))?$/;

export function parseClusterNodes(text: string, cache?: LineCache): ViewNode[] {
  const nodes: ViewNode[] = [];
  for (const line of text.split("\n")) {
    const node = cache ? cachedLine(line, cache) : parseLine(line);
    if (node) nodes.push(node);
  }
  return nodes;
}

function cachedLine(line: string, cache: LineCache): ViewNode | undefined {
  const key = withoutTimes(line);
  const known = cache.get(key);
  if (known) return known;
  const node = parseLine(line);
  if (node) cache.set(key, node);
  return node;
}

/** The line without its fifth and sixth field. */
export function withoutTimes(line: string): string {
  let at = -1;
  let cut = 0;
  for (let field = 1; field <= 6; field++) {
    at = line.indexOf(" ", at + 1);
    if (at < 0) return line;
    if (field === 4) cut = at;
  }
  return line.slice(0, cut) + line.slice(at);
}

function parseLine(line: string): ViewNode | undefined {
  const [id = "", address = "", flagText = "", primary = "", ping, pong, epoch, link, ...tokens] = line
    .trim()
    .split(" ");
  if (!ID.test(id) || epoch === undefined) return undefined;
  const flags = new Set(flagText.split(","));
  const isReplica = flags.has("slave") || flags.has("replica");
  return {
    id: asNodeId(id),
    ...parseAddress(address),
    isMyself: flags.has("myself"),
    role: isReplica ? "replica" : "primary",
    ...(isReplica && ID.test(primary) ? { primaryId: asNodeId(primary) } : {}),
    health: healthOf(flags),
    handshake: flags.has("handshake"),
    noAddress: flags.has("noaddr"),
    noFailover: flags.has("nofailover"),
    pingSentMs: number(ping),
    pongReceivedMs: number(pong),
    configEpoch: number(epoch),
    linkUp: link === "connected",
    ...parseSlots(tokens),
  };
}

function healthOf(flags: ReadonlySet<string>): NodeHealth {
  if (flags.has("fail")) return "fail";
  return flags.has("fail?") || flags.has("pfail") ? "pfail" : "ok";
}

export type Address = { readonly endpoint: Endpoint; readonly busPort: number; readonly hostname?: string };

export function parseAddress(text: string): Address {
  const [where = "", hostname = ""] = text.split(",");
  const [client = "", bus] = where.split("@");
  const colon = client.lastIndexOf(":");
  const said = (colon < 0 ? client : client.slice(0, colon)).replace(/^\[(.*)\]$/, "$1");
  const host = said === "?" || said.length > LONGEST_NAME ? "" : said;
  const port = colon < 0 ? 0 : portOf(client.slice(colon + 1));
  return {
    endpoint: { host, port },
    busPort: bus === undefined ? port + 10_000 : portOf(bus),
    ...(hostname && hostname.length <= LONGEST_NAME && !hostname.includes("=") ? { hostname } : {}),
  };
}

type Slots = Pick<ViewNode, "ranges" | "migrating" | "importing">;

function parseSlots(tokens: readonly string[]): Slots {
  const ranges: SlotRange[] = [];
  const migrating: { slot: Slot; to: NodeId }[] = [];
  const importing: { slot: Slot; from: NodeId }[] = [];
  for (const token of tokens) {
    const range = RANGE.exec(token);
    if (range) {
      const first = Number(range[1]);
      const last = Number(range[2] ?? range[1]);
      if (first <= last && last < SLOT_COUNT) ranges.push([first, last]);
      continue;
    }
    const open = OPEN.exec(token);
    if (!open || Number(open[1]) >= SLOT_COUNT) continue;
    if (open[2] === ">") migrating.push({ slot: Number(open[1]), to: asNodeId(open[3] ?? "") });
    else importing.push({ slot: Number(open[1]), from: asNodeId(open[3] ?? "") });
  }
  return { ranges: normalizeRanges(ranges), migrating, importing };
}

/** `name:value` lines of INFO and CLUSTER INFO; `# Section` lines are passed over. */
export function parseInfo(text: string): Record<string, string> {
  return Object.fromEntries(
    text.split(/\r?\n/).flatMap((line) => {
      const colon = line.indexOf(":");
      return colon < 1 || line.startsWith("#") ? [] : [[line.slice(0, colon), line.slice(colon + 1)] as const];
    }),
  );
}

export function parseClusterInfo(text: string): ClusterInfo {
  const info = parseInfo(text);
  return {
    state: info.cluster_state === "ok" ? "ok" : "fail",
    slotsAssigned: number(info.cluster_slots_assigned),
    slotsOk: number(info.cluster_slots_ok),
    slotsPfail: number(info.cluster_slots_pfail),
    slotsFail: number(info.cluster_slots_fail),
    knownNodes: number(info.cluster_known_nodes),
    size: number(info.cluster_size),
    currentEpoch: number(info.cluster_current_epoch),
    myEpoch: number(info.cluster_my_epoch),
  };
}

function portOf(text: string): number {
  const port = Number(text);
  return Number.isInteger(port) && port >= 0 && port <= 65535 ? port : 0;
}

function number(text: string | undefined): number {
  const value = Number(text);
  return Number.isFinite(value) ? value : 0;
}
