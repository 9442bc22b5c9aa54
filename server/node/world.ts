/**
 * All that the node's core cannot do by itself. The core holds no socket, timer, file, clock or chance: it is told what came
 * (`NodeInputs`) and asks for what shall go (`World`), so that the same code runs under real sockets and, a dozen at a time,
 * under a simulated network and clock.
 *
 *   1. One input at a time. After one or several, the shell calls `settle()`: what the core owes goes out there, in the order
 *      that keeps promises: append-only file, nodes.conf, then replies and bus messages.
 *   2. `tick()` comes every TICK_MS of the world's time, as serverCron does; nothing in the core is more punctual.
 *   3. A connection is a number, given by the world, never given twice. After `close` or `closed` it is dead: what is still sent
 *      to it is dropped.
 *
 * Guaranteed: the same inputs, times and random bytes give the same outputs. Not guaranteed: that `send` arrives.
 */
export type ConnectionId = number;

export const TICK_MS = 100;

export type Address = { readonly host: string; readonly port: number };

export type LogLevel = "debug" | "verbose" | "notice" | "warning";

/** A file that the core names; where it lies is the world's. Writes are whole or not at all, and on disk when they return. */
export interface Disk {
  read(name: string): Buffer | undefined;
  /** Atomic: beside it, synced, renamed. Throws what the system says. */
  write(name: string, bytes: Buffer | readonly Buffer[]): void;
  /**
   * In place, in one piece and synced, for a small file that is written often: a new file beside it costs ten times as much.
   * One who reads meanwhile, or after a kill, finds it whole; behind a shorter content may stand empty lines.
   */
  overwrite(name: string, bytes: Buffer): void;
  append(name: string, bytes: Buffer): void;
  sync(name: string): void;
  /** The same, while the node goes on: `done` is called later, with what went wrong. What is appended meanwhile may not be meant. */
  syncBehind(name: string, done: (error: Error | undefined) => void): void;
  remove(name: string): void;
  list(): readonly string[];
}

export interface World {
  /** Unix time, ms. May jump. */
  now(): number;
  /** ms since some moment. Never goes back. */
  monotonicMs(): number;
  randomBytes(count: number): Buffer;
  /** Answered by `connected` or `closed`. `from`: the local address to dial from, where one is configured. */
  dial(to: Address, from?: string): ConnectionId;
  send(connection: ConnectionId, bytes: Buffer): void;
  /** What was sent before still goes out, as far as the other side takes it. */
  close(connection: ConnectionId): void;
  /** Bytes that were sent and are not taken yet by the other side. */
  unsent(connection: ConnectionId): number;
  readonly disk: Disk;
  log(level: LogLevel, text: string): void;
  /** The client port where port and bind say now; `done` comes later. Where that fails, it is where it was. */
  relisten(done: (error: Error | undefined) => void): void;
  /** The process ends; nothing is called after it. */
  exit(code: number): void;
}

export type Listener = "client" | "bus";

export interface NodeInputs {
  accepted(connection: ConnectionId, via: Listener, remote: Address, local: Address): void;
  connected(connection: ConnectionId, local: Address): void;
  /** The core may keep `bytes`, and no one else writes into it. */
  received(connection: ConnectionId, bytes: Buffer): void;
  closed(connection: ConnectionId, why: string): void;
  tick(): void;
  settle(): void;
}
