import { slotOf } from "../keyspace/database";
import type { Route, RouteRequest } from "../parts";
import { type ClusterNode, isReplica } from "./cluster-node";
import type { ClusterCore } from "./core";

const CROSS_SLOT = "CROSSSLOT Keys in request don't hash to the same slot";
const TRY_AGAIN = "TRYAGAIN Multiple keys request during rehashing of slot";
const DOWN = "CLUSTERDOWN The cluster is down";
const DOWN_READS = "CLUSTERDOWN The cluster is down and only accepts read commands";
const UNBOUND = "CLUSTERDOWN Hash slot not served";

/**
 * Where a command belongs, in redis' order: the slot has an owner · all keys are in it · the cluster is up · MIGRATE may in an
 * open slot · a slot that goes: what is not here any more is there (ASK) · a slot that comes: ASKING may · a replica's reads ·
 * the owner.
 */
export function route(core: ClusterCore, request: RouteRequest): Route {
  const { state } = core;
  const [first = ""] = request.keys;
  const slot = slotOf(first);
  const owner = state.slots[slot];
  if (!owner) return UNBOUND;
  const isSeveral = request.keys.length > 1 && request.keys.some((key) => key !== first);
  if (isSeveral && request.keys.some((key) => slotOf(key) !== slot)) return CROSS_SLOT;
  if (!state.isOk) {
    const refusal = refusalWhenDown(core, request);
    if (refusal !== undefined) return refusal;
  }
  const target = owner === state.myself ? state.migratingTo.get(slot) : undefined;
  const source = target ? undefined : state.importingFrom.get(slot);
  if (target || source) {
    const open = routeOpen(core, { request, slot, target, isSeveral });
    if (open.isDecided) return open.route;
  }
  if (owner === state.myself || mayRead(core, request, owner)) return undefined;
  return redirect(core, "MOVED", slot, owner);
}

/** Of a client that waits for a key, which may be another's by now: the line that ends its waiting. */
export function routeBlocked(core: ClusterCore, key: string): Route {
  const { state } = core;
  if (!state.isOk) return DOWN;
  const slot = slotOf(key);
  const owner = state.slots[slot];
  if (owner === state.myself || state.importingFrom.has(slot)) return undefined;
  return owner ? redirect(core, "MOVED", slot, owner) : UNBOUND;
}

const isShardPubsub = (name: string): boolean =>
  name === "ssubscribe" || name === "sunsubscribe" || name === "spublish";

function refusalWhenDown({ settings }: ClusterCore, { command, isWrite }: RouteRequest): Route {
  if (isShardPubsub(command.name)) return settings.shardChannelsWhenDown ? undefined : DOWN;
  if (!settings.readsWhenDown) return DOWN;
  return isWrite ? DOWN_READS : undefined;
}

function routeOpen(
  core: ClusterCore,
  {
    request,
    slot,
    target,
    isSeveral,
  }: {
    readonly request: RouteRequest;
    readonly slot: number;
    readonly target: ClusterNode | undefined;
    readonly isSeveral: boolean;
  },
): { readonly isDecided: boolean; readonly route?: Route } {
  const { client, command } = request;
  if (command.name === "migrate") return { isDecided: true };
  const missing = isShardPubsub(command.name) ? 0 : countMissing(core, request.keys);
  if (target) {
    if (missing === 0) return { isDecided: false };
    if (missing < request.keys.length) return { isDecided: true, route: TRY_AGAIN };
    return { isDecided: true, route: redirect(core, "ASK", slot, target) };
  }
  if (!client.asking && !command.flags.includes("asking")) return { isDecided: false };
  return isSeveral && missing > 0 ? { isDecided: true, route: TRY_AGAIN } : { isDecided: true };
}

/** A key past its time that is not deleted yet is still here: MIGRATE has to carry it, or to see it go. */
function countMissing({ parts }: ClusterCore, keys: readonly string[]): number {
  const { first } = parts.keyspace;
  return keys.reduce((count, key) => count + (first.holds(key) ? 0 : 1), 0);
}

function mayRead({ state }: ClusterCore, { client, command, isWrite }: RouteRequest, owner: ClusterNode): boolean {
  const isAllowed = (client.readonly || isShardPubsub(command.name)) && !isWrite;
  return isAllowed && isReplica(state.myself) && state.myself.primary === owner;
}

function redirect(core: ClusterCore, word: "MOVED" | "ASK", slot: number, node: ClusterNode): string {
  return `${word} ${slot} ${endpointOf(core, node)}:${node.port}`;
}

/** The host that clients are told; empty: the one they are connected to. */
export function endpointOf({ settings }: ClusterCore, node: ClusterNode): string {
  switch (settings.endpointKind) {
    case "ip":
      return node.ip;
    case "hostname":
      return node.hostname || "?";
    case "unknown-endpoint":
      return "";
  }
}
