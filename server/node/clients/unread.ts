import type { Settings } from "../parts";
import type { World } from "../world";
import { type OutputClass, outputLimit } from "./output-limit";
import type { Session } from "./session";
import type { Sessions } from "./sessions";

/** Replies that one client may leave unread before its next command waits: more than redis asks, whose memory grows. */
export const MAX_UNREAD_REPLIES = 64 * 1024 * 1024;

type UnreadOptions = { readonly world: World; readonly settings: Settings; readonly sessions: Sessions };

/**
 * Clients that do not read. Their next commands wait until they do; what others send them (pub/sub) is held against
 * client-output-buffer-limit, as redis does, and ends the connection.
 */
export class Unread {
  readonly #options: UnreadOptions;

  constructor(options: UnreadOptions) {
    this.#options = options;
  }

  /** After replies went out. True: the connection must end. */
  sent(session: Session, bytes: number): boolean {
    const { world, sessions } = this.#options;
    if (session.connection === undefined) return false;
    const unsent = world.unsent(session.connection);
    session.isStalled = unsent >= MAX_UNREAD_REPLIES;
    if (session.isStalled) sessions.stalled.add(session);
    else if (bytes >= MAX_UNREAD_REPLIES) sessions.resumable.add(session);
    return unsent > 0 && this.#exceeds(session, unsent);
  }

  tick(): void {
    const { world, sessions } = this.#options;
    for (const session of sessions.stalled) {
      if (session.connection !== undefined && world.unsent(session.connection) >= MAX_UNREAD_REPLIES) continue;
      session.isStalled = false;
      sessions.stalled.delete(session);
      sessions.resumable.add(session);
    }
  }

  #exceeds(session: Session, unsent: number): boolean {
    const { world, settings } = this.#options;
    const of: OutputClass = session.subscriptions > 0 ? "pubsub" : "normal";
    const { hardBytes, softBytes, softMs } = outputLimit(settings.text("client-output-buffer-limit"), of);
    const nowMs = world.monotonicMs();
    if (softBytes === 0 || unsent < softBytes) session.overSoftSinceMs = undefined;
    else session.overSoftSinceMs ??= nowMs;
    const isOverSoft = session.overSoftSinceMs !== undefined && nowMs - session.overSoftSinceMs > softMs;
    return isOverSoft || (hardBytes > 0 && unsent > hardBytes);
  }
}
