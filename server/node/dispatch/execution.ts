import type { Client } from "../client";
import type { Call } from "../command";
import type { Database } from "../keyspace/database";
import type { NodeParts } from "../parts";
import type { Reply } from "../reply";

type Words = readonly (Buffer | string)[];

/** A call, and what came of it for replicas and the append-only file. */
export class Execution implements Call {
  readonly node: NodeParts;
  readonly client: Client;
  readonly db: Database;
  readonly args: readonly Buffer[];
  readonly reply: Reply;
  readonly now: number;
  changes = 0;
  told: readonly Words[] | undefined;

  constructor(node: NodeParts, client: Client, db: Database, args: readonly Buffer[], now: number) {
    this.node = node;
    this.client = client;
    this.db = db;
    this.args = args;
    this.reply = client.reply;
    this.now = now;
  }

  dirty(changes: number): void {
    this.changes += changes;
  }

  tell(...commands: readonly Words[]): void {
    this.told = commands;
  }
}
