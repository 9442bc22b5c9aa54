import type { ConnectionOwner, NodeParts } from "../parts";
import { LineReader } from "../wire/line-reader";
import type { Address, ConnectionId } from "../world";

/** Who is told what happens on the connection. One at a time. */
export interface TargetUser {
  connected(): void;
  answered(line: string): void;
  /** It is of no more use. */
  lost(): void;
}

/** A connection to another node, kept for a while after its use: keys of a slot go in many small commands. */
export class Target implements ConnectionOwner {
  readonly address: Address;
  isConnected = false;
  isOpen = true;
  /** Selected there; undefined: not known. */
  db: number | undefined;
  usedMs = 0;
  user: TargetUser | undefined;
  readonly #node: NodeParts;
  readonly #connection: ConnectionId;
  readonly #lines = new LineReader();

  constructor(node: NodeParts, address: Address) {
    this.#node = node;
    this.address = address;
    const from = node.settings.text("bind-source-addr");
    this.#connection = node.world.dial(address, from === "" ? undefined : from);
    node.own(this.#connection, this);
  }

  get unsent(): number {
    return this.#node.world.unsent(this.#connection);
  }

  send(bytes: Buffer): void {
    this.#node.world.send(this.#connection, bytes);
  }

  close(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.user = undefined;
    this.#node.world.close(this.#connection);
  }

  connected(): void {
    this.isConnected = true;
    this.user?.connected();
  }

  /** What nobody asked for ends it: answers could no longer be told apart. */
  received(bytes: Buffer): void {
    this.#lines.push(bytes);
    for (let line = this.#next(); line !== undefined; line = this.#next()) {
      if (this.user) this.user.answered(line);
      else this.close();
    }
  }

  closed(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    const { user } = this;
    this.user = undefined;
    user?.lost();
  }

  #next(): string | undefined {
    if (!this.isOpen) return undefined;
    try {
      return this.#lines.next();
    } catch {
      const { user } = this;
      this.close();
      user?.lost();
      return undefined;
    }
  }
}
