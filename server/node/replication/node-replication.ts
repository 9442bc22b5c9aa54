import type { Call, Command } from "../command";
import type { History, LinkState, NodeParts, ReplicationPart, ReplicationRole } from "../parts";
import type { Word } from "../wire/command-bytes";
import type { Address } from "../world";
import { replicationCommands } from "./commands";
import { Identity } from "./identity";
import { replicationInfo } from "./info";
import { type Copied, type Follower, PrimaryLink } from "./primary-link";
import type { ReplicaFacts, ReplicaLink } from "./replica-link";
import { Replicas } from "./replicas";
import type { ValueCodec } from "./value-codec";
import { Waiters } from "./waiters";

/**
 * A node in replication: a primary with its replicas, or a replica of a primary, with replicas of its own below it.
 *
 * There is one stream, whoever writes it: a primary writes what it executed, a replica what its primary told, byte for byte. So
 * a place means the same on all nodes of one history, and whoever followed the one goes on with the other.
 */
export class NodeReplication implements ReplicationPart, Follower {
  readonly commands: readonly Command[];
  readonly identity: Identity;
  readonly followers: Replicas;
  readonly waiters: Waiters;
  readonly #node: NodeParts;
  readonly #codec: ValueCodec;
  #link: PrimaryLink | undefined;
  #hasStarted = false;
  /** Selected in the stream where the history of the snapshot ends. */
  #heldDb = 0;
  readonly counts = { full: 0, partial: 0, refusedPartial: 0, bytesIn: 0, bytesOut: 0 };

  constructor(node: NodeParts, codec: ValueCodec) {
    this.#node = node;
    this.#codec = codec;
    this.identity = new Identity(node.world);
    this.waiters = new Waiters((place) => this.countAt(place));
    this.followers = new Replicas({
      node,
      identity: this.identity,
      codec,
      streamDb: () => this.#link?.db,
      sent: (bytes) => {
        this.counts.bytesOut += bytes;
      },
      acknowledged: () => this.waiters.acknowledged(),
    });
    this.commands = replicationCommands(this);
  }

  get role(): ReplicationRole {
    return this.#link ? "replica" : "primary";
  }

  get primary(): Address | undefined {
    return this.#link?.primary;
  }

  get primaryLink(): PrimaryLink | undefined {
    return this.#link;
  }

  get link(): LinkState {
    const phase = this.#link?.phase ?? "idle";
    if (phase === "idle") return "connect";
    if (phase === "connected") return "connected";
    return phase === "head" || phase === "copy" ? "sync" : "connecting";
  }

  get lastHeardMs(): number | undefined {
    return this.#link?.heardMs;
  }

  get offset(): number {
    return this.followers.place;
  }

  get held(): { readonly id: string; readonly place: number } {
    return { id: this.identity.id, place: this.offset };
  }

  get halted(): string | undefined {
    return this.#link?.halt.why;
  }

  /** Of a halted replica there is none: perhaps a part of a transaction was done that would be done again. */
  get history(): History | undefined {
    if (!this.followers.stream || this.halted !== undefined) return undefined;
    return { id: this.identity.id, offset: this.offset, db: this.#link?.db ?? 0 };
  }

  restore({ id, offset, db }: History): void {
    const { cluster, settings } = this.#node;
    this.identity.adopt(id);
    this.followers.restart(offset);
    this.#heldDb = db;
    // A primary's own history begins anew here: what it told after the snapshot is known to others and not to itself.
    if (!(cluster?.isReplica ?? settings.text("replicaof") !== "")) this.identity.shift(offset);
  }

  get memory(): ReplicationPart["memory"] {
    const { stream, links } = this.followers;
    let replicaBytes = 0;
    for (const link of links) replicaBytes += link.waitingBytes;
    return { streamBytes: stream ? stream.end - stream.start : 0, replicaBytes };
  }

  resetCounts(): void {
    Object.assign(this.counts, { full: 0, partial: 0, refusedPartial: 0, bytesIn: 0, bytesOut: 0 });
  }

  get replicas(): ReplicationPart["replicas"] {
    return this.#counted().map((link) => ({
      address: link.address,
      offset: link.acknowledgedPlace,
      isOnline: link.phase === "online",
    }));
  }

  get goodReplicas(): number {
    const mostLag = this.#node.settings.number("min-replicas-max-lag");
    return this.#counted().filter((link) => link.phase === "online" && link.lagSeconds <= mostLag).length;
  }

  get lacksReplicas(): boolean {
    const { settings } = this.#node;
    const least = settings.number("min-replicas-to-write");
    if (least === 0 || settings.number("min-replicas-max-lag") === 0 || this.#link) return false;
    return this.goodReplicas < least;
  }

  /** Of the replicas that read the stream, how many say that they have it up to there. */
  countAt(place: number): number {
    return this.#counted().filter((link) => link.phase === "online" && link.acknowledgedPlace >= place).length;
  }

  follow(primary: Address): void {
    if (this.#link?.primary.host === primary.host && this.#link.primary.port === primary.port) return;
    this.#node.dismissBlocked();
    this.#heldDb = this.#link?.db ?? this.#heldDb;
    this.#link?.close();
    this.followers.open();
    this.#link = new PrimaryLink({ node: this.#node, primary, codec: this.#codec, follower: this, db: this.#heldDb });
    this.#link.dial();
    this.#node.world.log("notice", `Follows ${primary.host}:${primary.port} from now on`);
  }

  lead(): void {
    if (!this.#link) return;
    this.#link.close();
    this.#link = undefined;
    this.identity.shift(this.offset);
    this.followers.dismiss();
    this.followers.open();
    this.#node.world.log("notice", `Is a primary from now on, with replication ID ${this.identity.id}`);
  }

  tell(db: number, words: readonly Word[]): void {
    if (!this.#link) this.followers.tell(db, words);
  }

  /** PSYNC and SYNC: the connection is a replica's from now on. */
  admit(call: Call, facts: ReplicaFacts, asked: { readonly id: string; readonly next: number } | "SYNC"): void {
    const { client } = call;
    if (client.connection === undefined || client.kind === "replica") return;
    if (this.#link && this.#link.phase !== "connected") {
      call.reply.error("NOMASTERLINK Can't SYNC while not connected with my master");
      return;
    }
    const stream = this.followers.stream;
    const isFresh = stream === undefined;
    if (isFresh) this.identity.renew();
    const { end } = this.followers.open();
    const place = asked === "SYNC" ? -1 : asked.next - 1;
    const goesOn =
      asked !== "SYNC" && !isFresh && this.identity.covers(asked.id, asked.next) && stream.holds(place) && place <= end;
    const link = this.followers.admit(client, client.connection, facts, { asksSync: asked === "SYNC" });
    if (!goesOn) {
      this.counts.full++;
      if (asked !== "SYNC" && asked.id !== "?") this.counts.refusedPartial++;
      return;
    }
    this.counts.partial++;
    link.resume(place, facts.takesPsync2 ? `+CONTINUE ${this.identity.id}\r\n` : "+CONTINUE\r\n");
    this.#node.world.log("notice", `Replica ${link.name} goes on at offset ${place}, ${end - place} bytes behind`);
  }

  continued(id: string | undefined): void {
    if (id === undefined || id === this.identity.id) return;
    this.identity.shift(this.offset, id);
    this.followers.dismiss();
  }

  copied({ keyspace, id, place }: Copied): void {
    this.identity.adopt(id);
    this.followers.restart(place);
    this.#node.keyspace.databases.forEach((database, at) => {
      const copy = keyspace.databases[at];
      if (copy) database.adopt(copy);
    });
  }

  heard(bytes: number): void {
    this.counts.bytesIn += bytes;
  }

  applied(bytes: Buffer): void {
    this.followers.open().append(bytes);
  }

  info(): readonly string[] {
    return replicationInfo(this, this.#node);
  }

  tick(): void {
    this.#readConfig();
    this.#link?.tick();
    this.followers.tick(this.#link === undefined);
  }

  settle(): void {
    if (this.waiters.takeNew()) this.followers.announce("REPLCONF", "GETACK", "*");
    this.followers.settle();
  }

  /** `replicaof` of the configuration file: once, when the node runs. */
  #readConfig(): void {
    if (this.#hasStarted) return;
    this.#hasStarted = true;
    const [host, port] = this.#node.settings.text("replicaof").split(" ");
    if (host && port && !this.#node.cluster && !this.#link) this.follow({ host, port: Number(port) });
  }

  #counted(): readonly ReplicaLink[] {
    return [...this.followers.links].filter((link) => !link.facts.isRdbOnly);
  }
}
