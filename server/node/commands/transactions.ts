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
  const isStale = session.isDirty;
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
  const couldBlock = session.canBlock;
  session.canBlock = false;
  call.reply.array(transaction.queued.length);
  try {
    for (const { known, args } of transaction.queued) front.call(session, known, args);
  } finally {
    session.canBlock = couldBlock;
    session.transaction = undefined;
  }
};

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
