/** One name of redis.conf. */
export type Parameter = {
  readonly kind: "yes or no" | "number" | "memory" | "text" | "one of";
  /** As CONFIG GET says it. */
  readonly initial: string;
  readonly from?: number;
  readonly to?: number;
  readonly choices?: readonly string[];
  /** Its older name, which CONFIG GET says too. */
  readonly alias?: string;
  /** CONFIG SET does not take it. */
  readonly isFixed?: boolean;
};

const UNITS: Readonly<Record<string, number>> = {
  "": 1,
  b: 1,
  k: 1000,
  kb: 1024,
  m: 1000 ** 2,
  mb: 1024 ** 2,
  g: 1000 ** 3,
  gb: 1024 ** 3,
};

/** Undefined: it is no amount of memory. */
export function memoryBytes(text: string): number | undefined {
  const match = /^(\d{1,16})(b|k|kb|m|mb|g|gb)?$/i.exec(text);
  const unit = UNITS[(match?.[2] ?? "").toLowerCase()];
  return match && unit !== undefined ? Number(match[1]) * unit : undefined;
}

/** In the largest unit that says it whole. */
export function formatMemory(bytes: number): string {
  for (const unit of ["gb", "mb", "kb"]) {
    const size = UNITS[unit] ?? 1;
    if (bytes > 0 && bytes % size === 0) return `${bytes / size}${unit}`;
  }
  return String(bytes);
}

/** As it is kept and told by CONFIG GET. Throws RangeError with redis' words for what is wrong. */
export function readValue(parameter: Parameter, text: string): string {
  const { kind, from = 0, to = Number.MAX_SAFE_INTEGER, choices = [] } = parameter;
  switch (kind) {
    case "text":
      return text;
    case "yes or no": {
      const said = text.toLowerCase();
      if (said !== "yes" && said !== "no") throw new RangeError("argument must be 'yes' or 'no'");
      return said;
    }
    case "one of": {
      const said = text.toLowerCase();
      if (!choices.includes(said))
        throw new RangeError(`argument(s) must be one of the following: ${choices.join(", ")}`);
      return said;
    }
    case "memory": {
      const bytes = memoryBytes(text);
      if (bytes === undefined) throw new RangeError("argument must be a memory value");
      return within(bytes, from, to);
    }
    case "number": {
      if (!/^-?\d{1,19}$/.test(text)) throw new RangeError("argument couldn't be parsed into an integer");
      return within(Number(text), from, to);
    }
    default:
      return kind satisfies never;
  }
}

function within(value: number, from: number, to: number): string {
  if (value >= from && value <= to) return String(value);
  throw new RangeError(`argument must be between ${from} and ${to} inclusive`);
}
