/** CLIENT PAUSE, and the hold of a command that waits for another node. */
export class Pauses {
  readonly #monotonicMs: () => number;
  #kind: "write" | "all" | undefined;
  #untilMs = 0;
  #isHeld = false;

  constructor(monotonicMs: () => number) {
    this.#monotonicMs = monotonicMs;
  }

  /** A pause that is there already is not made weaker or shorter. */
  pause(kind: "write" | "all", untilMs: number): void {
    const isOver = this.current === undefined;
    this.#kind = !isOver && this.#kind === "all" ? "all" : kind;
    this.#untilMs = isOver ? untilMs : Math.max(this.#untilMs, untilMs);
  }

  unpause(): void {
    this.#kind = undefined;
  }

  hold(): void {
    this.#isHeld = true;
  }

  release(): void {
    this.#isHeld = false;
  }

  get isHeld(): boolean {
    return this.#isHeld;
  }

  get current(): "write" | "all" | undefined {
    if (this.#kind !== undefined && this.#monotonicMs() >= this.#untilMs) this.#kind = undefined;
    return this.#kind;
  }

  get isPaused(): boolean {
    return this.#isHeld || this.current !== undefined;
  }
}
