import { latin1KeySlot } from "@/lib/cluster/key-slot";
import { matches } from "./glob";
import type { Session } from "./session";

type Kind = "channels" | "patterns" | "shardChannels";

/** Who listens to what. Channels and patterns are latin1. */
export class PubSub {
  readonly channels = new Map<string, Set<Session>>();
  readonly patterns = new Map<string, Set<Session>>();
  readonly shardChannels = new Map<string, Set<Session>>();

  /** Whether it is new to the session. */
  add(kind: Kind, session: Session, name: string): boolean {
    session[kind] ??= new Set();
    if (session[kind]?.has(name)) return false;
    session[kind]?.add(name);
    const sessions = this[kind].get(name) ?? new Set();
    this[kind].set(name, sessions.add(session));
    return true;
  }

  remove(kind: Kind, session: Session, name: string): boolean {
    if (!session[kind]?.delete(name)) return false;
    const sessions = this[kind].get(name);
    sessions?.delete(session);
    if (sessions?.size === 0) this[kind].delete(name);
    return true;
  }

  clear(session: Session): void {
    for (const kind of ["channels", "patterns", "shardChannels"] as const)
      for (const name of [...(session[kind] ?? [])]) this.remove(kind, session, name);
  }

  /** Their subscribers are told that the channels of a slot are no longer here. */
  dropSlot(slot: number): void {
    for (const [name, sessions] of [...this.shardChannels]) {
      if (latin1KeySlot(name) !== slot) continue;
      for (const session of [...sessions]) {
        this.remove("shardChannels", session, name);
        session.reply.push(3);
        session.reply.bulk("sunsubscribe");
        session.reply.bulk(name);
        session.reply.integer(session.shardChannels?.size ?? 0);
        if (session.subscriptions === 0 && session.kind === "pubsub") session.kind = "normal";
      }
    }
  }

  /** How many clients of this node took it. */
  publish(channel: Buffer, message: Buffer): number {
    const name = channel.toString("latin1");
    const direct = this.channels.get(name);
    for (const session of direct ?? []) tell(session, ["message", channel, message]);
    let count = direct?.size ?? 0;
    for (const [pattern, sessions] of this.patterns) {
      if (!matches(pattern, name)) continue;
      for (const session of sessions) tell(session, ["pmessage", pattern, channel, message]);
      count += sessions.size;
    }
    return count;
  }

  publishSharded(channel: Buffer, message: Buffer): number {
    const sessions = this.shardChannels.get(channel.toString("latin1"));
    for (const session of sessions ?? []) tell(session, ["smessage", channel, message]);
    return sessions?.size ?? 0;
  }
}

/** CLIENT REPLY OFF does not keep messages away from a subscriber of RESP3. */
function tell(session: Session, words: readonly (string | Buffer)[]): void {
  const { reply } = session;
  const wasMute = reply.isMute;
  if (reply.resp === 3) reply.isMute = false;
  reply.push(words.length);
  for (const word of words) reply.bulk(word);
  reply.isMute = wasMute;
}
