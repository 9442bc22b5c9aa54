import { refuse } from "@/server/refuse";
import type { Peer } from "./peer";

export type HandshakeOptions = {
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  /** `snapshot`: the node keeps no stream for us and does not count us as a replica, where it can (6.2 and later). */
  readonly wants: "snapshot" | "snapshot-and-stream";
  /** What the node tells others of us, as the port of a replica. */
  readonly listeningPort?: number | undefined;
  readonly left?: Left | undefined;
};

/** Where an earlier connection was: the node goes on from there while it still has what came after. */
export type Left = {
  readonly replid: string;
  readonly offset: number;
  /** The database that was selected there: the node does not say it again. */
  readonly db?: number | undefined;
};

/** `continues`: no snapshot comes, only what was written behind that offset. */
export type Resync = Left & { readonly continues: boolean };

const DURING = "its answers to the handshake";
const NO_LOGIN = /^-(NOAUTH|WRONGPASS|ERR (invalid password|AUTH|Client sent AUTH))/i;

/**
 * One question, one answer. Options that a node does not know are errors it goes on after, so only a refused login and a
 * refused PSYNC end this. Valkey 9 writes a format of 7.2, without fields that expire, for whoever does not say a version.
 */
export async function handshake(peer: Peer, options: HandshakeOptions): Promise<Resync> {
  const { user, password, wants, listeningPort, left } = options;
  if (password !== undefined) await ask(peer, "AUTH", ...(user === undefined ? [] : [user]), password);
  if (listeningPort !== undefined) await ask(peer, "REPLCONF", "listening-port", String(listeningPort));
  await ask(peer, "REPLCONF", "capa", "eof", "capa", "psync2");
  await ask(peer, "REPLCONF", "version", "9.0.0");
  if (wants === "snapshot") await ask(peer, "REPLCONF", "rdb-only", "1");
  const answer = await (left
    ? ask(peer, "PSYNC", left.replid, String(left.offset + 1))
    : ask(peer, "PSYNC", "?", "-1"));
  const goesOn = left && /^\+CONTINUE(?: ([0-9a-f]{40}))?$/i.exec(answer);
  if (goesOn) return { ...left, replid: goesOn[1] ?? left.replid, continues: true };
  const match = /^\+FULLRESYNC ([0-9a-f]{40}) (\d+)$/i.exec(answer);
  if (match) return { replid: match[1] as string, offset: Number(match[2]), continues: false };
  if (!answer.startsWith("-")) throw peer.garbled("+FULLRESYNC with an ID and an offset", JSON.stringify(answer));
  throw refuse("unreachable", "replicationRefused", { endpoint: peer.endpoint, reason: answer.slice(1) });
}

async function ask(peer: Peer, ...words: readonly string[]): Promise<string> {
  peer.send(...words);
  const answer = await peer.line(DURING);
  const isRefused = NO_LOGIN.test(answer) || (words[0] === "AUTH" && answer.startsWith("-"));
  const details = { endpoint: peer.endpoint, reason: answer.slice(1) };
  if (isRefused) throw refuse("unauthenticated", "wrongCredentials", details);
  return answer;
}
