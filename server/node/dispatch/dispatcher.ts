import type { Session } from "../clients/session";
import { MAX_UNREAD_REPLIES } from "../clients/unread";
import { CommandError, keyOf } from "../command";
import type { NodeParts } from "../parts";
import { ProtocolError } from "../resp/request-parser";
import { Execution } from "./execution";
import type { Front } from "./front";
import type { Known } from "./known";
import type { Pauses } from "./pauses";
import type { Propagation } from "./propagation";
import { hasRightCount, keysOf, wrongArguments } from "./table";

export type DispatcherOptions = {
  readonly front: Front;
  readonly pauses: Pauses;
  readonly propagation: Propagation;
  readonly isLoading: () => boolean;
  /** Of the whole command. */
  readonly now: () => number;
};

/** A client that does not read its replies is not read from beyond this. */

/** From bytes to replies: what may run, in the order in which redis asks it, and what comes of it. */
export class Dispatcher {
  readonly #front: Front;
  readonly #node: NodeParts;
  readonly #options: DispatcherOptions;

  constructor(options: DispatcherOptions) {
    this.#options = options;
    this.#front = options.front;
    this.#node = options.front.node;
  }

  /** All that is whole of what came, until something has to wait. */
  run(session: Session): void {
    try {
      for (;;) {
        if (session.block || session.isClosing || session.isDeaf) return;
        const args = session.postponed ?? (this.#isCongested(session) ? undefined : session.parser.next());
        if (!args) return;
        session.postponed = undefined;
        if (!this.execute(session, args)) return;
      }
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      session.reply.error(`ERR ${error.message}`);
      session.closeAfterReplies();
    }
  }

  /** One command of a client. False: it waits for the end of a pause. */
  execute(session: Session, args: Buffer[]): boolean {
    const { stats, table } = this.#front;
    if (session.skip === "this") session.skip = "no";
    let known: Known | undefined;
    try {
      if (session.connection !== undefined && isQuit(args)) {
        session.reply.ok();
        session.closeAfterReplies();
        return true;
      }
      known = table.find(args);
      this.#admit(session, known, args);
      if (this.#mustWait(session, known)) {
        session.postponed = args;
        return false;
      }
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      if (session.transaction) session.transaction.isSpoiled = true;
      if (known) known.rejected++;
      stats.failed(error.line);
      session.reply.error(error.line);
      this.#after(session);
      return true;
    }
    if (session.transaction && !known.isImmediate) {
      session.transaction.queued.push({ known, args });
      session.reply.simple("QUEUED");
    } else {
      const { tracking } = this.#front;
      if (tracking.isOn) tracking.begin(session);
      this.call(session, known, args);
      if (!session.unfinished) this.#front.waiters.serve();
      if (tracking.isOn) tracking.end();
    }
    this.#after(session, known);
    return true;
  }

  /** Runs it, tells what it changed, answers what it threw. */
  call(session: Session, known: Known, args: readonly Buffer[]): void {
    const { propagation } = this.#options;
    const startMs = this.#node.world.monotonicMs();
    propagation.begin();
    try {
      this.#run(session, known, args);
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      known.failed++;
      this.#front.stats.failed(error.line);
      session.reply.error(error.line);
    } finally {
      if (!session.unfinished) propagation.end();
      if (known.mayReplicate || known.isImmediate) session.lastWriteOffset = this.#node.replication.offset;
    }
    if (session.tracking && known.isRead) this.#front.tracking.read(session, keysOf(known.command, args));
    if (this.#front.monitors.isOn && !known.isUnseen) this.#front.monitors.show(session, args);
    this.#count(session, known, args, startMs);
  }

  finish(session: Session): void {
    this.#options.propagation.end();
    session.lastWriteOffset = this.#node.replication.offset;
    session.asking = false;
    this.#front.waiters.serve();
  }

  /** For whoever has no client: throws what would have been answered. */
  replay(session: Session, args: readonly Buffer[]): void {
    const known = this.#front.table.find(args);
    if (!hasRightCount(known.command, args)) throw wrongArguments(known.fullName);
    this.#options.propagation.begin();
    try {
      if (session.transaction && !known.isImmediate) session.transaction.queued.push({ known, args: [...args] });
      else this.#run(session, known, args);
    } finally {
      this.#options.propagation.end();
    }
  }

  #run(session: Session, known: Known, args: readonly Buffer[]): void {
    const { databases } = this.#node.keyspace;
    const db = databases[session.db];
    if (!db) throw new CommandError("ERR DB index is out of range");
    session.lastCommand = known.fullName;
    const execution = new Execution(this.#node, session, db, args, this.#options.now());
    known.command.run(execution);
    if (execution.changes === 0) return;
    const { propagation } = this.#options;
    if (!execution.told) propagation.tell(db.number, args);
    else for (const told of execution.told) propagation.tell(db.number, told);
  }

  #count(session: Session, known: Known, args: readonly Buffer[], startMs: number): void {
    const { world } = this.#node;
    const ms = world.monotonicMs() - startMs;
    const usec = Math.floor(ms * 1000);
    this.#front.stats.commands++;
    known.calls++;
    known.usec += usec;
    this.#front.latency.took(known.isFast ? "fast-command" : "command", ms);
    if (!this.#front.slowlog.isSlow(usec) || known.isUnlogged) return;
    const { host, port } = session.remote;
    const atSeconds = Math.floor(world.now() / 1000);
    this.#front.slowlog.add({ atSeconds, usec, args, address: `${host}:${port}`, client: session.name });
  }

  #after(session: Session, executed?: Known): void {
    // ASKING counts for what comes after it, a whole transaction too.
    if (!session.transaction && executed?.command.name !== "asking") session.asking = false;
    if (session.tracking && !session.transaction && !executed?.fullName.startsWith("client|"))
      session.tracking.isCachingGiven = false;
    if (session.skip === "next") session.skip = "this";
    session.reply.isMute = session.skip === "this" || session.isSilent;
  }

  #admit(session: Session, known: Known, args: readonly Buffer[]): void {
    const { command } = known;
    if (!hasRightCount(command, args)) throw wrongArguments(known.fullName);
    if (!session.isAuthenticated && !known.isForStrangers) throw new CommandError("NOAUTH Authentication required.");
    if (this.#node.cluster) this.#route(session, known, args);
    const { replication } = this.#node;
    if (known.mayReplicate || command.name === "exec") this.#admitWrite(session, known);
    else if (command.name === "ping") this.#admitKept();
    if (session.kind === "pubsub" && session.reply.resp === 2 && !known.isForSubscribers)
      throw new CommandError(
        `ERR Can't execute '${known.fullName}': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in this context`,
      );
    const isStale = replication.role === "replica" && replication.link !== "connected";
    if (isStale && !known.isWhileStale && !this.#node.settings.isOn("replica-serve-stale-data"))
      throw new CommandError("MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.");
    if (this.#options.isLoading() && !known.isWhileLoading)
      throw new CommandError("LOADING Redis is loading the dataset in memory");
    if (known.isNotInMulti && session.transaction)
      throw new CommandError("ERR Command not allowed inside a transaction");
  }

  #admitWrite(session: Session, known: Known): void {
    const { replication, settings } = this.#node;
    const queued = session.transaction?.queued ?? [];
    const isExec = known.command.name === "exec";
    const isWrite = known.isWrite || (isExec && queued.some((one) => one.known.isWrite));
    if (!isWrite || session.kind === "primary") return;
    const limit = settings.number("maxmemory");
    const needsMemory = known.needsMemory || (isExec && queued.some((one) => one.known.needsMemory));
    if (limit > 0 && needsMemory && this.#front.host.memory().usedBytes > limit)
      throw new CommandError("OOM command not allowed when used memory > 'maxmemory'.");
    this.#admitKept();
    if (replication.role === "primary" && replication.lacksReplicas)
      throw new CommandError("NOREPLICAS Not enough good replicas to write.");
    if (replication.role === "replica" && settings.isOn("replica-read-only"))
      throw new CommandError("READONLY You can't write against a read only replica.");
  }

  /** A node that cannot keep what it is told says so to who writes, and to who asks how it is. */
  #admitKept(): void {
    const { denial } = this.#node.persistence;
    if (denial !== undefined) throw new CommandError(denial);
  }

  #route(session: Session, known: Known, args: readonly Buffer[]): void {
    const { cluster } = this.#node;
    if (!cluster || session.kind === "primary" || session.connection === undefined) return;
    const { command } = known;
    const isExec = command.name === "exec" && session.transaction !== undefined;
    if (!command.keys && !isExec) return;
    const queued = isExec ? (session.transaction?.queued ?? []) : [{ known, args }];
    const keys = queued.flatMap((one) => keysOf(one.known.command, one.args).map(keyOf));
    if (keys.length === 0) return;
    const isWrite = queued.some((one) => one.known.isWrite);
    const route = cluster.route({ client: session, command, keys, isWrite });
    if (route === undefined) return;
    if (isExec) this.#front.discard(session);
    throw new CommandError(route);
  }

  #mustWait(session: Session, known: Known): boolean {
    const { pauses } = this.#options;
    if (session.kind === "replica" || session.connection === undefined) return false;
    if (pauses.isHeld) return true;
    const kind = pauses.current;
    if (kind === undefined) return false;
    const isExec = known.command.name === "exec";
    return (
      kind === "all" ||
      known.mayReplicate ||
      (isExec && (session.transaction?.queued ?? []).some((one) => one.known.mayReplicate))
    );
  }

  #isCongested(session: Session): boolean {
    return session.isStalled || session.reply.waitingBytes >= MAX_UNREAD_REPLIES;
  }
}

const isQuit = ([name]: readonly Buffer[]) => name?.length === 4 && name.toString("latin1").toLowerCase() === "quit";
