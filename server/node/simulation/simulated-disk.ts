import type { Disk } from "../world";

/** A disk that keeps what it was given when its host dies. */
export class SimulatedDisk implements Disk {
  readonly #files = new Map<string, Buffer>();

  read(name: string): Buffer | undefined {
    return this.#files.get(name);
  }
  write(name: string, bytes: Buffer | readonly Buffer[]): void {
    this.#files.set(name, Buffer.isBuffer(bytes) ? Buffer.from(bytes) : Buffer.concat(bytes));
  }
  overwrite(name: string, bytes: Buffer): void {
    this.write(name, bytes);
  }
  append(name: string, bytes: Buffer): void {
    this.#files.set(name, Buffer.concat([this.#files.get(name) ?? Buffer.alloc(0), bytes]));
  }
  sync(): void {}
  syncBehind(_name: string, done: (error: Error | undefined) => void): void {
    done(undefined);
  }
  remove(name: string): void {
    this.#files.delete(name);
  }
  list(): readonly string[] {
    return [...this.#files.keys()];
  }
  wipe(): void {
    this.#files.clear();
  }
}
