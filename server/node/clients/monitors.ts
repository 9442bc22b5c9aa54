import { quoteWord } from "../resp/words";
import type { World } from "../world";
import type { Session } from "./session";

const REDACTED = '"(redacted)"';

/** MONITOR: who sees every command that clients run, as it ran. Those of administrators are not shown, and no password is. */
export class Monitors {
  readonly #world: World;
  readonly #sessions = new Set<Session>();

  constructor(world: World) {
    this.#world = world;
  }

  get isOn(): boolean {
    return this.#sessions.size > 0;
  }

  add(session: Session): void {
    session.isMonitor = true;
    this.#sessions.add(session);
  }

  remove(session: Session): void {
    session.isMonitor = false;
    this.#sessions.delete(session);
  }

  show({ db, remote, connection }: Session, args: readonly Buffer[]): void {
    const now = this.#world.now();
    const seconds = `${Math.floor(now / 1000)}.${String(Math.floor(now % 1000) * 1000).padStart(6, "0")}`;
    const host = remote.host.includes(":") ? `[${remote.host}]` : remote.host;
    const from = connection === undefined ? "lua" : `${host}:${remote.port}`;
    const line = `${seconds} [${db} ${from}] ${shown(args).join(" ")}`;
    for (const session of this.#sessions)
      if (session.isStalled) session.closeAfterReplies();
      else session.reply.simple(line);
  }
}

/** Passwords stand behind AUTH, and behind the word AUTH of HELLO and MIGRATE. */
function shown(args: readonly Buffer[]): readonly string[] {
  const words = args.map((arg) => quoteWord(arg.toString("latin1")));
  const name = args[0]?.toString("latin1").toLowerCase();
  if (name === "auth") return [words[0] ?? "", ...words.slice(1).map(() => REDACTED)];
  if (name !== "hello" && name !== "migrate") return words;
  for (let at = 1; at < args.length; at++) {
    const word = args[at]?.toString("latin1").toLowerCase();
    const hidden = word === "auth2" || (word === "auth" && name === "hello") ? 2 : word === "auth" ? 1 : 0;
    for (let step = 1; step <= hidden && at + step < words.length; step++) words[at + step] = REDACTED;
    at += hidden;
  }
  return words;
}
