import { CommandReader, type ReadCommand } from "@/server/rdb/command-reader";
import type { Client } from "../client";
import type { NodeParts } from "../parts";
import { CannotFollow } from "./halt";

const MAX_ARG_BYTES = 512 * 1024 * 1024;
const LONGEST_NAME = 8;
/** Code, not data: this node runs none, and says so to whoever calls it. */
const CODE: ReadonlySet<string> = new Set(["FUNCTION", "SCRIPT"]);

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
 *
 * What cannot be executed is not passed over: the data would no longer be the primary's, and nobody would see it. Commands
 * that are not known are found before anything of their transaction is done.
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

  /** Throws for what is no command, and CannotFollow for what cannot be done: what was executed before has counted. */
  push(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.#raw.push(bytes);
    for (const command of this.#reader.push(bytes)) this.#take(command);
  }

  #take({ args, bytes }: ReadCommand): void {
    const name = nameOf(args[0]);
    this.#check(name, args);
    this.#owed += bytes;
    if (name === "MULTI") this.#transaction = [];
    if (this.#transaction) this.#transaction.push(args);
    else this.#single(name, args);
    if (name === "EXEC") {
      for (const args of this.#transaction ?? []) this.#execute(args);
      this.#transaction = undefined;
    }
    if (this.#transaction === undefined) this.#count();
  }

  #check(name: string, args: readonly Buffer[]): void {
    if (name === "REPLCONF" || CODE.has(name)) return;
    const refusal = this.#options.node.refusalOf(args);
    if (refusal !== undefined) throw cannot(args, refusal);
  }

  #single(name: string, args: readonly Buffer[]): void {
    if (name === "PING") return;
    if (name === "SELECT") this.client.db = Number(args[1]);
    else if (name !== "REPLCONF") this.#execute(args);
    else if (nameOf(args[1]) === "GETACK") this.#options.asked();
  }

  #execute(args: readonly Buffer[]): void {
    const { node } = this.#options;
    const name = nameOf(args[0]);
    if (CODE.has(name)) {
      node.world.log("warning", `The primary told ${name}, which is code and no data: this node has no use for it`);
      return;
    }
    try {
      node.execute(this.client, args);
    } catch (error) {
      throw cannot(args, error instanceof Error ? error.message : String(error));
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

const MOST_SAID = 64;

const cannot = (args: readonly Buffer[], why: string) => {
  const said = args.slice(0, 2).map((arg) => JSON.stringify(arg.toString("latin1", 0, MOST_SAID)));
  return new CannotFollow(`it told ${said.join(" ")}, which cannot be done here: ${why}`);
};

const nameOf = (word: Buffer | undefined): string =>
  word && word.length <= LONGEST_NAME ? word.toString("latin1").toUpperCase() : (word?.toString("latin1", 0, 64) ?? "");
