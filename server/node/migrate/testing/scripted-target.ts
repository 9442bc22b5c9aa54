import { CommandReader } from "@/server/rdb/command-reader";
import type { ConnectionOwner } from "../../parts";
import type { Network, Peer } from "../../replication/testing/network";
import type { Address, ConnectionId, World } from "../../world";

/** The other side of a MIGRATE that answers each command by a script: a line, nothing, or the end of the connection. */
export class ScriptedTarget implements Peer {
  readonly address: Address;
  readonly heard: string[][] = [];
  connections = 0;
  answer: (words: readonly string[]) => string | "silent" | "die" = () => "+OK";
  readonly #world: World;
  readonly #network: Network;
  readonly #owners = new Map<ConnectionId, ConnectionOwner>();

  constructor(network: Network, port: number) {
    this.address = { host: "127.0.0.1", port };
    this.#network = network;
    this.#world = network.worldOf(this);
    network.join(this);
  }

  accepted(connection: ConnectionId): void {
    this.connections++;
    const reader = new CommandReader(1024 * 1024);
    const received = (bytes: Buffer) => {
      for (const { args } of reader.push(bytes)) this.#take(connection, args);
    };
    this.#owners.set(connection, { connected: () => {}, closed: () => {}, received });
  }

  owner(connection: ConnectionId): ConnectionOwner | undefined {
    return this.#owners.get(connection);
  }

  tick(): void {}
  settle(): void {}

  #take(connection: ConnectionId, args: readonly Buffer[]): void {
    const words = args.map((arg) => arg.toString("latin1"));
    this.heard.push(words);
    const answer = this.answer(words);
    if (answer === "die") this.#network.breakAll(this);
    else if (answer !== "silent") this.#world.send(connection, Buffer.from(`${answer}\r\n`));
  }
}
