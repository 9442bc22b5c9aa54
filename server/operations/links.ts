import { asNodeId, type Endpoint, formatEndpoint, type NodeId } from "@/lib/cluster/node";
import type { Topology } from "@/lib/cluster/topology";
import type { Plan } from "@/lib/plans/plan";
import { askAll } from "@/server/admin/steps/ask";
import { candidatesOf, nodeLabel } from "@/server/admin/steps/context";
import { type Dial, Link } from "@/server/link";
import { openSocket } from "@/server/open-socket";
import { Replication } from "@/server/rdb/replication";
import { refuse } from "@/server/refuse";
import type { Parts } from "./parts";
import type { TranscriptWriter } from "./transcript";

type Options = {
  readonly parts: Pick<Parts, "registry" | "runtime">;
  readonly plan: Plan;
  readonly name: string;
  readonly transcript: TranscriptWriter;
  /** Throws when another life of this console has taken over. */
  readonly check: () => void;
};

/**
 * The mutating connections of one operation: one a node, named, under the address policy. A node is its id (I8): after
 * each connect CLUSTER MYID is compared. Only members of the picture and nodes that the plan names are ever dialled.
 */
export class OperationLinks {
  readonly #options: Options;
  readonly #open = new Map<NodeId, Promise<Link>>();
  readonly #bulk = new Map<NodeId, Promise<Link>>();
  readonly #endpoints = new Map<NodeId, Endpoint>();
  #topology: Topology | undefined;
  #closed = false;

  constructor(options: Options) {
    this.#options = options;
    for (const { id, endpoint } of candidatesOf(options.plan)) this.#endpoints.set(id, endpoint);
    for (const step of options.plan.steps) if (step.kind === "reset") this.#endpoints.set(step.nodeId, step.dial);
  }

  /** Where the members are now. A node that has left is still dialled where it was. */
  learn(topology: Topology): void {
    this.#topology = topology;
    for (const { id, endpoint, handshake } of topology.nodes)
      if (!handshake && endpoint.host !== "" && endpoint.port > 0) this.#endpoints.set(id, endpoint);
  }

  get(id: NodeId): Promise<Link> {
    return this.#from(this.#open, id, (sent) => this.#options.transcript.record(id, sent));
  }

  /** For values by the thousand: what is sent here stands in the transcript only as its step tells it. */
  bulk(id: NodeId): Promise<Link> {
    return this.#from(this.#bulk, id, undefined);
  }

  async #from(open: Map<NodeId, Promise<Link>>, id: NodeId, onSent: Link["onSent"]): Promise<Link> {
    this.#options.check();
    const known = open.get(id);
    const link = await known?.catch(() => undefined);
    if (link?.isOpen) return link;
    if (known !== undefined && open.get(id) === known) open.delete(id);
    const opening = open.get(id) ?? this.#dial(id, onSent);
    open.set(id, opening);
    return opening;
  }

  /** The node's identity was checked at the same address a moment before; the transcript says that a snapshot was asked. */
  async replication(id: NodeId, signal: AbortSignal): Promise<Replication> {
    await this.get(id);
    const dial = await this.#dialOf(id);
    const [atMs, clock] = [Date.now(), performance.now()];
    const tell = (reply: string | undefined, error: Error | undefined) => {
      const tookMs = Math.round(performance.now() - clock);
      const { endpoint } = dial;
      this.#options.transcript.record(id, { endpoint, command: ["PSYNC", "?", "-1"], atMs, tookMs, reply, error });
    };
    try {
      const { user, password } = dial;
      const socket = await openSocket(dial);
      const endpoint = formatEndpoint(dial.endpoint);
      const started = await Replication.start({ endpoint, socket, user, password, wants: "snapshot", signal });
      tell(`FULLRESYNC ${started.replid} ${started.offset}`, undefined);
      return started;
    } catch (error) {
      tell(undefined, error instanceof Error ? error : new Error(String(error)));
      throw error;
    }
  }

  name(id: NodeId): string {
    return nodeLabel(this.#options.plan, this.#topology, id);
  }

  close(): void {
    this.#closed = true;
    for (const opening of [...this.#open.values(), ...this.#bulk.values()])
      opening.then(
        (link) => link.close(),
        () => {},
      );
    this.#open.clear();
    this.#bulk.clear();
  }

  async #dial(id: NodeId, onSent: Link["onSent"]): Promise<Link> {
    const link = await Link.open(await this.#dialOf(id));
    link.onSent = onSent;
    const [myId] = await askAll(link, [["CLUSTER", "MYID"]]);
    if (this.#closed || myId !== id) link.close();
    if (myId === id) return link;
    const node = formatEndpoint(link.endpoint);
    throw refuse("refused", "identityChanged", { node, expected: id, found: asNodeId(String(myId)) });
  }

  async #dialOf(id: NodeId): Promise<Dial> {
    const { registry, runtime } = this.#options.parts;
    const { plan, name } = this.#options;
    const endpoint = this.#endpoints.get(id);
    if (!endpoint) throw refuse("not_found", "nodeUnknownHere", { node: id.slice(0, 8) });
    const isNew = plan.verb === "create";
    const managed = isNew ? (await runtime.list()).find((node) => sameEndpoint(node.endpoint, endpoint)) : undefined;
    return managed ? runtime.dial(managed.id, name) : registry.dial(plan.clusterId, endpoint, name);
  }
}

const sameEndpoint = (a: Endpoint, b: Endpoint): boolean => formatEndpoint(a) === formatEndpoint(b);
