import { CommandReader, type ReadCommand } from "@/server/rdb/command-reader";
import type { Client } from "../client";
import type { NodeParts } from "../parts";

const MAX_ARG_BYTES = 512 * 1024 * 1024;
const LONGEST_NAME = 8;

export type ApplierOptions = {
  readonly node: NodeParts;
  readonly db: number;
  /** So many bytes more are executed; those of the wire, to be passed on as they are. */
  readonly applied: (bytes: Buffer) => void;
  readonly asked: () => void;
};

/**
 * Executes what a primary tells, in its order. A transaction is executed when its end is here, as one, and its bytes count
 * from then: who goes on after a break goes on before it.
 */
export class Applier {
  readonly client: Client;
  readonly #options: ApplierOptions;
  readonly #reader = new CommandReader(MAX_ARG_BYTES);
  /** Of the wire, not executed yet. */
  #raw: Buffer[] = [];
  #transaction: (readonly Buffer[])[] | undefined;
  #owed = 0;

  constructor(options: ApplierOptions) {
    this.#options = options;
    this.client = options.node.inner();
    this.client.kind = "primary";
    this.client.db = options.db;
  }

  /** Throws for what is no command: the bytes that were executed before have counted. */
  push(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.#raw.push(bytes);
    for (const command of this.#reader.push(bytes)) this.#take(command);
  }

  #take({ args, bytes }: ReadCommand): void {
    this.#owed += bytes;
    const name = nameOf(args[0]);
    if (name === "MULTI") this.#transaction = [];
    if (this.#transaction) this.#transaction.push(args);
    else this.#single(name, args);
    if (name === "EXEC") {
      for (const args of this.#transaction ?? []) this.#execute(args);
      this.#transaction = undefined;
    }
    if (this.#transaction === undefined) this.#count();
  }

  #single(name: string, args: readonly Buffer[]): void {
    if (name === "PING") return;
    if (name === "SELECT") this.client.db = Number(args[1]);
    else if (name !== "REPLCONF") this.#execute(args);
    else if (nameOf(args[1]) === "GETACK") this.#options.asked();
  }

  #execute(args: readonly Buffer[]): void {
    try {
      this.#options.node.execute(this.client, args);
    } catch (error) {
      const text = `What the primary told could not be executed here: ${(error as Error).message}`;
      this.#options.node.world.log("warning", text);
    }
  }

  #count(): void {
    while (this.#owed > 0) {
      const [first] = this.#raw;
      if (!first) return;
      const bytes = first.subarray(0, this.#owed);
      this.#owed -= bytes.length;
      if (bytes.length === first.length) this.#raw.shift();
      else this.#raw[0] = first.subarray(bytes.length);
      this.#options.applied(bytes);
    }
  }
}

const nameOf = (word: Buffer | undefined): string =>
  word && word.length <= LONGEST_NAME ? word.toString("latin1").toUpperCase() : (word?.toString("latin1", 0, 64) ?? "");
