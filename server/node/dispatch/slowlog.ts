import type { Settings } from "../parts";

export type SlowCall = {
  readonly id: number;
  readonly atSeconds: number;
  readonly usec: number;
  readonly args: readonly Buffer[];
  readonly address: string;
  readonly client: string;
};

const MAX_ARGS = 32;
const MAX_ARG_BYTES = 128;

/** The last calls that took long, the latest first; their arguments cut as redis cuts them. */
export class Slowlog {
  readonly #settings: Settings;
  #calls: SlowCall[] = [];
  #nextId = 0;
  #fromUsec = 0;

  constructor(settings: Settings) {
    this.#settings = settings;
    const read = () => {
      this.#fromUsec = settings.number("slowlog-log-slower-than");
    };
    settings.onChange("slowlog-log-slower-than", read);
    read();
  }

  get calls(): readonly SlowCall[] {
    return this.#calls;
  }

  isSlow(usec: number): boolean {
    return this.#fromUsec >= 0 && usec >= this.#fromUsec;
  }

  add(call: Omit<SlowCall, "id">): void {
    const kept = this.#settings.number("slowlog-max-len");
    this.#calls = [{ ...call, id: this.#nextId++, args: shortened(call.args) }, ...this.#calls].slice(0, kept);
  }

  reset(): void {
    this.#calls = [];
  }
}

function shortened(args: readonly Buffer[]): readonly Buffer[] {
  const shown = args.length > MAX_ARGS ? args.slice(0, MAX_ARGS - 1) : args;
  const cut = shown.map((arg) =>
    arg.length > MAX_ARG_BYTES
      ? Buffer.from(
          `${arg.toString("latin1", 0, MAX_ARG_BYTES)}... (${arg.length - MAX_ARG_BYTES} more bytes)`,
          "latin1",
        )
      : Buffer.from(arg),
  );
  if (args.length > MAX_ARGS) cut.push(Buffer.from(`... (${args.length - MAX_ARGS + 1} more arguments)`));
  return cut;
}
