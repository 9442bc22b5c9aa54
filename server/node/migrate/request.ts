import { type Call, CommandError, notInteger, syntaxError } from "../command";
import type { Word } from "../wire/command-bytes";
import type { Address } from "../world";

export type MigrateRequest = {
  readonly target: Address;
  readonly db: number;
  readonly timeoutMs: number;
  readonly copies: boolean;
  readonly replaces: boolean;
  /** AUTH or AUTH2, as it is sent. */
  readonly login: readonly Word[] | undefined;
  readonly keys: readonly Buffer[];
};

const DEFAULT_TIMEOUT_MS = 1000;
const FIRST_OPTION = 6;
const MAX_PORT = 65535;
const KEY_NOT_EMPTY = "ERR When using MIGRATE KEYS option, the key argument must be set to the empty string";

/** MIGRATE host port key|"" destination-db timeout [COPY] [REPLACE] [AUTH password | AUTH2 user password] [KEYS key …] */
export function readMigrate({ args }: Pick<Call, "args">): MigrateRequest {
  const [, host, port, key = Buffer.alloc(0)] = args;
  let keys: readonly Buffer[] = [key];
  let login: readonly Word[] | undefined;
  let [copies, replaces] = [false, false];
  for (let at = FIRST_OPTION; at < args.length; at++) {
    const option = textOf(args[at]).toUpperCase();
    const left = args.length - 1 - at;
    if (option === "COPY") copies = true;
    else if (option === "REPLACE") replaces = true;
    else if (option === "AUTH" && left >= 1) login = ["AUTH", ...args.slice(at + 1, ++at + 1)];
    else if (option === "AUTH2" && left >= 2) {
      login = ["AUTH", ...args.slice(at + 1, at + 3)];
      at += 2;
    } else if (option === "KEYS") {
      if (key.length > 0) throw new CommandError(KEY_NOT_EMPTY);
      keys = args.slice(at + 1);
      break;
    } else throw syntaxError();
  }
  const timeoutMs = integer(args[5]);
  return {
    target: { host: textOf(host), port: portOf(port) },
    db: integer(args[4]),
    timeoutMs: timeoutMs > 0 ? timeoutMs : DEFAULT_TIMEOUT_MS,
    copies,
    replaces,
    login,
    keys,
  };
}

/** Which arguments are keys: the third, or those behind KEYS. */
export function migrateKeys(args: readonly Buffer[]): readonly Buffer[] {
  const [, , , key] = args;
  if (!key || key.length > 0) return key ? [key] : [];
  for (let at = FIRST_OPTION; at < args.length; at++) {
    const option = textOf(args[at]).toUpperCase();
    if (option === "KEYS") return args.slice(at + 1);
    if (option === "AUTH") at++;
    if (option === "AUTH2") at += 2;
  }
  return [key];
}

const textOf = (arg: Buffer | undefined): string => arg?.toString("latin1") ?? "";

function integer(arg: Buffer | undefined): number {
  const text = textOf(arg);
  if (!/^-?\d{1,15}$/.test(text)) throw notInteger();
  return Number(text);
}

function portOf(arg: Buffer | undefined): number {
  const port = Number(textOf(arg));
  return Number.isInteger(port) && port > 0 && port <= MAX_PORT ? port : 0;
}
