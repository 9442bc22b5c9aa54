import type { Session } from "../clients/session";
import type { Address } from "../world";
import { redirectionOf } from "./client-tracking";

export const addressText = ({ host, port }: Address): string =>
  host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;

function flagsOf(session: Session): string {
  let flags = "";
  if (session.kind === "replica") flags += "S";
  if (session.isMonitor) flags += "O";
  if (session.kind === "primary") flags += "M";
  if (session.kind === "pubsub") flags += "P";
  if (session.transaction) flags += "x";
  if (session.block) flags += "b";
  if (session.isDirty) flags += "d";
  if (session.isClosing) flags += "c";
  if (session.tracking) flags += "t";
  if (session.tracking?.isRedirectBroken) flags += "R";
  if (session.tracking?.mode === "broadcast") flags += "B";
  if (session.readonly) flags += "r";
  return flags || "N";
}

/** A line of CLIENT LIST. Memory is what is known of it: buffers, not objects. */
export function clientLine(session: Session, now: number): string {
  const { parser, reply, transaction } = session;
  const seconds = (ms: number) => Math.max(0, Math.floor(ms / 1000));
  const fields: Readonly<Record<string, string | number>> = {
    id: session.id,
    addr: addressText(session.remote),
    laddr: addressText(session.local),
    fd: session.connection ?? -1,
    name: session.name,
    age: seconds(now - session.createdMs),
    idle: seconds(now - session.activeMs),
    flags: flagsOf(session),
    db: session.db,
    sub: session.channels?.size ?? 0,
    psub: session.patterns?.size ?? 0,
    ssub: session.shardChannels?.size ?? 0,
    multi: transaction ? transaction.queued.length : -1,
    qbuf: parser.heldBytes,
    "qbuf-free": 0,
    "argv-mem": 0,
    "multi-mem": 0,
    rbs: reply.waitingBytes,
    rbp: reply.waitingBytes,
    obl: reply.waitingBytes,
    oll: 0,
    omem: 0,
    "tot-mem": parser.heldBytes + reply.waitingBytes,
    events: "r",
    cmd: session.lastCommand,
    user: "default",
    redir: redirectionOf(session.tracking),
    resp: reply.resp,
  };
  return Object.entries(fields)
    .map(([name, value]) => `${name}=${value}`)
    .join(" ");
}
