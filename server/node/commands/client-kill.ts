import type { Session } from "../clients/session";
import { type Call, CommandError, keyOf, syntaxError } from "../command";
import { type Front, sessionOf } from "../dispatch/front";
import { addressText } from "./client-line";
import { readInteger, upper } from "./numbers";

type Filter = (session: Session) => boolean;

const KINDS: Readonly<Record<string, string>> = {
  normal: "normal",
  replica: "replica",
  slave: "replica",
  master: "primary",
  pubsub: "pubsub",
};

function readFilter(name: string, value: Buffer): Filter {
  const said = keyOf(value);
  switch (name) {
    case "ID": {
      const id = readInteger(value);
      if (id === undefined || id <= 0n) throw new CommandError("ERR client-id should be greater than 0");
      return (session) => BigInt(session.id) === id;
    }
    case "TYPE": {
      const kind = KINDS[said.toLowerCase()];
      if (!kind) throw new CommandError(`ERR Unknown client type '${said}'`);
      return (session) => session.kind === kind;
    }
    case "ADDR":
      return ({ remote }) => addressText(remote) === said;
    case "LADDR":
      return ({ local }) => addressText(local) === said;
    case "USER":
      if (said !== "default") throw new CommandError(`ERR No such user '${said}'`);
      return () => true;
    default:
      throw syntaxError();
  }
}

/** `CLIENT KILL addr`, or by filters that must all be met; SKIPME is yes unless it is said. */
export const killClients = (front: Front) => (call: Call) => {
  const { args } = call;
  const self = sessionOf(call);
  if (args.length === 3) {
    const found = [...front.sessions.all()].find(({ remote }) => addressText(remote) === keyOf(args[2]));
    if (!found) throw new CommandError("ERR No such client");
    call.reply.ok();
    end(front, found, self);
    return;
  }
  if (args.length % 2 === 1) throw syntaxError();
  const filters: Filter[] = [];
  let skipsMe = true;
  for (let at = 2; at < args.length; at += 2) {
    const name = upper(args[at]);
    const value = args[at + 1] ?? Buffer.alloc(0);
    if (name !== "SKIPME") filters.push(readFilter(name, value));
    else if (upper(value) === "YES" || upper(value) === "NO") skipsMe = upper(value) === "YES";
    else throw syntaxError();
  }
  const found = [...front.sessions.all()].filter(
    (session) => filters.every((isMet) => isMet(session)) && !(skipsMe && session === self),
  );
  call.reply.integer(found.length);
  for (const session of found) end(front, session, self);
};

function end(front: Front, session: Session, self: Session): void {
  if (session === self) session.closeAfterReplies();
  else front.drop(session, "killed by CLIENT KILL");
}
