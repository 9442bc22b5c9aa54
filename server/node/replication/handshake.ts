import type { Settings } from "../parts";
import type { Word } from "../wire/command-bytes";

/** Asked of a primary before PSYNC, and which answers to it are no reason to go on. */
export type Question = { readonly words: readonly Word[]; readonly isFatal: (answer: string) => boolean };

const NOT_LOGGED_IN = /^-(NOAUTH|NOPERM|ERR operation not permitted)/i;

const isRefused = (answer: string): boolean => answer.startsWith("-");
const isNoPong = (answer: string): boolean => isRefused(answer) && !NOT_LOGGED_IN.test(answer);
const never = (): boolean => false;

/** PING, AUTH, REPLCONF, in the order of redis. Options that the primary does not know are no reason to stop. */
export function questions(settings: Settings): Question[] {
  const [user, password] = [settings.text("masteruser"), settings.text("masterauth")];
  const host = settings.text("replica-announce-ip");
  const port = settings.number("replica-announce-port") || settings.number("port");
  const login = user === "" ? ["AUTH", password] : ["AUTH", user, password];
  return [
    { words: ["PING"], isFatal: isNoPong },
    ...(password === "" ? [] : [{ words: login, isFatal: isRefused }]),
    { words: ["REPLCONF", "listening-port", String(port)], isFatal: never },
    ...(host === "" ? [] : [{ words: ["REPLCONF", "ip-address", host], isFatal: never }]),
    { words: ["REPLCONF", "capa", "eof", "capa", "psync2"], isFatal: never },
  ];
}
