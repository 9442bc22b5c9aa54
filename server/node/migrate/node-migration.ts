import { type Call, type Command, CommandError } from "../command";
import type { MigrationPart, NodeParts } from "../parts";
import type { ValueCodec } from "../replication/value-codec";
import { migrateKeys, readMigrate } from "./request";
import { Targets } from "./targets";
import { present, Transfer } from "./transfer";

/** MIGRATE: keys from this node to another, so that at every moment one of the two has them. */
export class NodeMigration implements MigrationPart {
  readonly commands: readonly Command[];
  readonly #node: NodeParts;
  readonly #codec: ValueCodec;
  readonly #targets: Targets;
  #transfer: Transfer | undefined;

  constructor(node: NodeParts, codec: ValueCodec) {
    this.#node = node;
    this.#codec = codec;
    this.#targets = new Targets(node);
    this.commands = [
      {
        name: "migrate",
        arity: -6,
        flags: ["write", "movablekeys"],
        keys: migrateKeys,
        group: "generic",
        since: "2.6.0",
        summary: "Atomically transfer a key from a Redis instance to another one.",
        run: (call) => this.#run(call),
      },
    ];
  }

  tick(): void {
    this.#transfer?.tick();
    this.#targets.tick();
  }

  #run(call: Call): void {
    const request = readMigrate(call);
    const { client, reply } = call;
    const keys = present(call, request);
    if (keys.length === 0) {
      reply.simple("NOKEY");
      return;
    }
    const canWait = client.canBlock || (client.transaction !== undefined && client.connection !== undefined);
    if (!canWait || this.#transfer) throw new CommandError("ERR MIGRATE is served to clients alone");
    const ended = () => {
      this.#transfer = undefined;
      this.#node.release();
    };
    this.#transfer = new Transfer({ call, request, keys, targets: this.#targets, codec: this.#codec, ended });
    // Only the target ends it: a client that leaves does not stop what was begun.
    client.block = { reason: "migrate", untilMs: undefined, timedOut: () => {}, gone: () => {} };
    this.#node.hold();
    this.#transfer.start();
  }
}
