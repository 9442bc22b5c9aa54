import { syntaxError } from "../command";
import { integerOf, invalidExpire, upper } from "./numbers";

export type SetOptions = {
  readonly when?: "nx" | "xx" | undefined;
  readonly get?: boolean | undefined;
  readonly keepsTime?: boolean | undefined;
  readonly persists?: boolean | undefined;
  /** Of `time`, ms. */
  readonly unit?: number | undefined;
  readonly time?: Buffer | undefined;
  /** The time is a point, not a span. */
  readonly isPoint?: boolean | undefined;
};

const TIMES: Readonly<Record<string, { readonly unit: number; readonly isPoint: boolean }>> = {
  EX: { unit: 1000, isPoint: false },
  PX: { unit: 1, isPoint: false },
  EXAT: { unit: 1000, isPoint: true },
  PXAT: { unit: 1, isPoint: true },
};

const NONE: SetOptions = {};

/** What stands behind the value of SET, or the key of GETEX, from `from` on. */
export function readSetOptions(args: readonly Buffer[], from: number, command: "set" | "getex"): SetOptions {
  if (args.length === from) return NONE;
  const found: { -readonly [name in keyof SetOptions]: SetOptions[name] } = {};
  for (let at = from; at < args.length; at++) {
    const word = upper(args[at]);
    const time = TIMES[word];
    const hasTime = found.unit !== undefined || found.keepsTime || found.persists;
    if (command === "set" && (word === "NX" || word === "XX") && found.when === undefined)
      found.when = word === "NX" ? "nx" : "xx";
    else if (command === "set" && word === "GET") found.get = true;
    else if (command === "set" && word === "KEEPTTL" && !hasTime) found.keepsTime = true;
    else if (command === "getex" && word === "PERSIST" && !hasTime) found.persists = true;
    else if (time && !hasTime && at + 1 < args.length) Object.assign(found, time, { time: args[++at] });
    else throw syntaxError();
  }
  return found;
}

const MOST = 2n ** 63n - 1n;

/** Unix ms, or undefined where no time is given. Throws for one that no clock reaches. */
export function setExpiry({ unit, time, isPoint }: SetOptions, now: number, command: string): number | undefined {
  if (unit === undefined) return undefined;
  const said = integerOf(time);
  const ms = said * BigInt(unit);
  const point = isPoint ? ms : ms + BigInt(now);
  if (said <= 0n || ms > MOST || point > MOST) throw invalidExpire(command);
  return Number(point);
}
