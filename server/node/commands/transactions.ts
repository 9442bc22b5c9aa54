import type { Session } from "../clients/session";
import type { Queued } from "../clients/transaction";
import { type Call, type Command, CommandError, keyOf } from "../command";
import { type Front, sessionOf } from "../dispatch/front";

const group = "transactions";
const ANYWHERE = ["noscript", "loading", "stale", "fast", "allow_busy"] as const;

function multi(call: Call): void {
  const session = sessionOf(call);
  if (session.transaction) throw new CommandError("ERR MULTI calls can not be nested");
  session.transaction = { queued: [], isSpoiled: false };
  call.reply.ok();
}

const discard = (front: Front) => (call: Call) => {
  const session = sessionOf(call);
  if (!session.transaction) throw new CommandError("ERR DISCARD without MULTI");
  front.discard(session);
  call.reply.ok();
};

const exec = (front: Front) => (call: Call) => {
  const session = sessionOf(call);
  const { transaction } = session;
  if (!transaction) throw new CommandError("ERR EXEC without MULTI");
  const isStale = front.watches.isStale(session);
  if (transaction.isSpoiled) {
    front.discard(session);
    throw new CommandError("EXECABORT Transaction discarded because of previous errors.");
  }
  front.watches.clear(session);
  if (isStale) {
    front.discard(session);
    call.reply.nothingArray();
    return;
  }
  session.canBlock = false;
  call.reply.array(transaction.queued.length);
  runQueued(front, session, transaction.queued.values());
};

/** MIGRATE waits for another node, and the rest of the transaction for MIGRATE; no other command is executed meanwhile. */
function runQueued(front: Front, session: Session, queued: Iterator<Queued>): void {
  let next = queued.next();
  for (; !next.done; next = queued.next()) {
    front.call(session, next.value.known, next.value.args);
    if (!session.block) continue;
    session.unfinished = () => {
      runQueued(front, session, queued);
      if (!session.unfinished) front.finish(session);
    };
    return;
  }
  session.canBlock = true;
  session.transaction = undefined;
}

const watch = (front: Front) => (call: Call) => {
  const session = sessionOf(call);
  if (session.transaction) throw new CommandError("ERR WATCH inside MULTI is not allowed");
  for (const key of call.args.slice(1)) front.watches.add(session, keyOf(key));
  call.reply.ok();
};

const unwatch = (front: Front) => (call: Call) => {
  front.watches.clear(sessionOf(call));
  call.reply.ok();
};

export const transactionCommands = (front: Front): readonly Command[] => [
  {
    name: "multi",
    arity: 1,
    flags: ANYWHERE,
    summary: "Mark the start of a transaction block",
    group,
    since: "1.2.0",
    run: multi,
  },
  {
    name: "exec",
    arity: 1,
    flags: ["noscript", "loading", "stale", "skip_slowlog"],
    summary: "Execute all commands issued after MULTI",
    group,
    since: "1.2.0",
    run: exec(front),
  },
  {
    name: "discard",
    arity: 1,
    flags: ANYWHERE,
    summary: "Discard all commands issued after MULTI",
    group,
    since: "2.0.0",
    run: discard(front),
  },
  {
    name: "watch",
    arity: -2,
    flags: ANYWHERE,
    keys: { first: 1, last: -1, step: 1 },
    summary: "Watch the given keys to determine execution of the MULTI/EXEC block",
    group,
    since: "2.2.0",
    run: watch(front),
  },
  {
    name: "unwatch",
    arity: 1,
    flags: ANYWHERE,
    summary: "Forget about all watched keys",
    group,
    since: "2.2.0",
    run: unwatch(front),
  },
];
