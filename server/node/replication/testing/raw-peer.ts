import { CommandReader } from "@/server/rdb/command-reader";
import type { ConnectionOwner } from "../../parts";
import type { Address, ConnectionId, World } from "../../world";
import type { Network, Peer } from "./network";

/** A node that answers each command with bytes of the test's choice, and can dial another and send it anything. */
export class RawPeer implements Peer {
  readonly address: Address;
  answer: (words: readonly string[]) => Buffer = () => Buffer.from("+OK\r\n");
  readonly #world: World;
  readonly #owners = new Map<ConnectionId, ConnectionOwner>();

  constructor(network: Network, port: number) {
    this.address = { host: "127.0.0.1", port };
    this.#world = network.worldOf(this);
    network.join(this);
  }

  accepted(connection: ConnectionId): void {
    const reader = new CommandReader(1024 * 1024);
    const received = (bytes: Buffer) => {
      for (const { args } of reader.push(bytes))
        this.#world.send(connection, this.answer(args.map((arg) => arg.toString("latin1"))));
    };
    this.#owners.set(connection, { connected: () => {}, closed: () => {}, received });
  }

  dial(to: Address): (bytes: Buffer) => void {
    const connection = this.#world.dial(to);
    this.#owners.set(connection, { connected: () => {}, closed: () => {}, received: () => {} });
    return (bytes) => this.#world.send(connection, bytes);
  }

  owner(connection: ConnectionId): ConnectionOwner | undefined {
    return this.#owners.get(connection);
  }

  tick(): void {}
  settle(): void {}
}
