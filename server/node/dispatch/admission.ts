import type { Address } from "../world";
import type { Front } from "./front";

const PROTECTED =
  "DENIED Redis is running in protected mode because protected mode is enabled and no password is set for the default user. In this mode connections are only accepted from the loopback interface. Set a password with requirepass, or set protected-mode to no, to accept connections from other computers.";

/** The line for a client that may not come in; undefined: it may. */
export function admission({ settings, sessions, node }: Front, remote: Address): string | undefined {
  if (sessions.size >= settings.number("maxclients"))
    return node.cluster
      ? "ERR max number of clients + cluster connections reached"
      : "ERR max number of clients reached";
  const isOpen = settings.isOn("protected-mode") && settings.text("requirepass") === "";
  return isOpen && !isLoopback(remote.host) ? PROTECTED : undefined;
}

const isLoopback = (host: string) => host === "::1" || host === "" || /^(::ffff:)?127\./.test(host);
