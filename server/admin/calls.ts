import { type ClusterId, formatEndpoint, type NodeId } from "@/lib/cluster/node";
import type { TopologyNode } from "@/lib/cluster/topology";
import { isOpsError } from "@/lib/errors";
import { callVerdict } from "@/lib/plans/call-table";
import { commandLine } from "@/lib/plans/command-word";
import { nodeName } from "@/lib/plans/members";
import { isSecretSetting } from "@/lib/plans/settings";
import { calledOn } from "@/lib/plans/targets";
import type { Called } from "@/lib/plans/wish";
import type { Actor } from "@/lib/wire/access";
import type { CallReply, CallResult } from "@/lib/wire/calls";
import { requireRole } from "@/server/access/require-role";
import type { ClusterRegistry } from "@/server/clusters/registry";
import { Link, NodeReplyError, type Reply } from "@/server/link";
import type { Observer } from "@/server/observe/observer";
import { refuse } from "@/server/refuse";
import type { Audit } from "@/server/store/audit";
import { replyText } from "./reply-text";

type Parts = {
  readonly registry: ClusterRegistry;
  readonly observer: Pick<Observer, "sweep">;
  readonly audit: Audit;
};

/** A call may not hang, and may not fill the console's memory (SECURITY 39). */
const TIMEOUT_MS = 5000;
const MOST_BYTES = 1024 * 1024;
const MOST_CHARS = 64 * 1024;
const SIDE_BY_SIDE = 16;
const AUDITED_CHARS = 200;

/**
 * Commands that only read, on many nodes at once, each of which answers for itself. Whatever the table does not name as
 * a read is turned down here, before any node hears of it: a change is told to plan, a verb is named. Each call has a
 * connection of its own, so that one that is too long or too slow takes nothing else with it.
 */
export class Calls {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  async call(actor: Actor, clusterId: ClusterId, called: Called): Promise<CallReply> {
    const command = commandLine(called.command);
    const details = { command: command.slice(0, AUDITED_CHARS), on: called.nodeId ?? called.on };
    const record = (result: string) => this.#parts.audit.record({ actor, act: "call", clusterId, details, result });
    try {
      this.#parts.registry.get(clusterId);
      checkReads(actor, called);
      record("asked");
      const { nodes } = await this.#parts.observer.sweep(clusterId).then((topology) => ({
        nodes: calledOn(topology, called),
      }));
      const results = await this.#askAll(clusterId, nodes, called.command);
      const ok = results.length > 0 && results.every((result) => result.outcome === "answered");
      record(ok ? "ok" : "not on all nodes");
      return { command, ok, results };
    } catch (error) {
      record(isOpsError(error) ? error.code : "internal");
      throw error;
    }
  }

  async #askAll(
    clusterId: ClusterId,
    nodes: readonly TopologyNode[],
    command: readonly string[],
  ): Promise<readonly CallResult[]> {
    const results = new Map<NodeId, CallResult>();
    const waiting = [...nodes];
    const worker = async () => {
      for (let node = waiting.shift(); node; node = waiting.shift())
        results.set(node.id, await this.#askOne(clusterId, node, command));
    };
    await Promise.all(Array.from({ length: Math.min(SIDE_BY_SIDE, nodes.length) }, worker));
    return nodes.flatMap((node) => results.get(node.id) ?? []);
  }

  async #askOne(clusterId: ClusterId, node: TopologyNode, command: readonly string[]): Promise<CallResult> {
    const startedMs = performance.now();
    const say = (outcome: CallResult["outcome"], text: string): CallResult => ({
      nodeId: node.id,
      node: nodeName(node),
      role: node.role,
      outcome,
      text: text.slice(0, MOST_CHARS),
      cut: text.length > MOST_CHARS,
      tookMs: Math.round(performance.now() - startedMs),
    });
    if (node.answer.kind === "silent") return say("silent", node.answer.message);
    const limits = { timeoutMs: TIMEOUT_MS, maxReplyBytes: MOST_BYTES };
    let link: Link | undefined;
    try {
      link = await Link.open({ ...this.#parts.registry.dial(clusterId, node.endpoint), ...limits });
      const id = String(await link.call(["CLUSTER", "MYID"]));
      if (id !== node.id)
        throw refuse("refused", "otherNode", {
          endpoint: formatEndpoint(link.endpoint),
          expected: node.id,
          found: id,
        });
      return say("answered", replyText(withoutSecrets(command, await link.call(command))));
    } catch (error) {
      if (error instanceof NodeReplyError) return say("refused", replyText(error.message));
      if (isOpsError(error)) return say("silent", error.message);
      throw error;
    } finally {
      link?.close();
    }
  }
}

function checkReads(actor: Actor, { command }: Called): void {
  const { head, rule, instead } = callVerdict(command);
  if (!rule) throw refuse("forbidden", "callDenied", { command: head, ...(instead ? { verb: instead } : {}) });
  requireRole(actor, rule.role);
  if (rule.effect === "change") throw refuse("refused", "callNeedsPlan", { command: head });
}

/** CONFIG GET with a pattern may meet a password. */
function withoutSecrets([name = "", sub = ""]: readonly string[], reply: Reply): Reply {
  if (`${name} ${sub}`.toUpperCase() !== "CONFIG GET" || !Array.isArray(reply)) return reply;
  return reply.map((item: unknown, i) => (i % 2 === 1 && isSecretSetting(String(reply[i - 1])) ? "•••" : item));
}
