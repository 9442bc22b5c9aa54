import { matches } from "../clients/glob";
import type { Session } from "../clients/session";
import { type Call, type Command, CommandError, keyOf } from "../command";
import { type Front, sessionOf } from "../dispatch/front";
import { helpCommand } from "./help";

type Kind = "channels" | "patterns" | "shardChannels";
const group = "pubsub";
const flags = ["pubsub", "noscript", "loading", "stale"] as const;
const channels = { first: 1, last: -1, step: 1 };

const countOf = (session: Session, kind: Kind): number =>
  kind === "shardChannels"
    ? (session.shardChannels?.size ?? 0)
    : (session.channels?.size ?? 0) + (session.patterns?.size ?? 0);

function tell(session: Session, word: string, name: string | undefined, kind: Kind): void {
  const { reply } = session;
  reply.push(3);
  reply.bulk(word);
  if (name === undefined) reply.nothing();
  else reply.bulk(name);
  reply.integer(countOf(session, kind));
}

const subscribe = (front: Front, word: string, kind: Kind) => (call: Call) => {
  const session = sessionOf(call);
  if (!session.canBlock && !session.transaction)
    throw new CommandError(`ERR ${word.toUpperCase()} isn't allowed for a DENY BLOCKING client`);
  for (const name of call.args.slice(1).map(keyOf)) {
    front.pubsub.add(kind, session, name);
    tell(session, word, name, kind);
  }
  session.kind = "pubsub";
};

const unsubscribe = (front: Front, word: string, kind: Kind) => (call: Call) => {
  const session = sessionOf(call);
  const names = call.args.length > 1 ? call.args.slice(1).map(keyOf) : [...(session[kind] ?? [])];
  for (const name of names) {
    front.pubsub.remove(kind, session, name);
    tell(session, word, name, kind);
  }
  if (names.length === 0) tell(session, word, undefined, kind);
  if (session.subscriptions === 0 && session.kind === "pubsub") session.kind = "normal";
};

const publish = (front: Front, isSharded: boolean) => (call: Call) => {
  const [, channel = Buffer.alloc(0), message = Buffer.alloc(0)] = call.args;
  const { pubsub, node } = front;
  const count = isSharded ? pubsub.publishSharded(channel, message) : pubsub.publish(channel, message);
  if (node.cluster) node.cluster.publish(channel, message, isSharded);
  else if (node.replication.role === "primary") node.replication.tell(call.db.number, call.args);
  call.reply.integer(count);
};

const list = (names: ReadonlyMap<string, unknown>) => (call: Call) => {
  const pattern = call.args[2];
  const found = [...names.keys()].filter((name) => !pattern || matches(keyOf(pattern), name));
  call.reply.array(found.length);
  for (const name of found) call.reply.bulk(name);
};

const count = (names: ReadonlyMap<string, ReadonlySet<unknown>>) => (call: Call) => {
  const wanted = call.args.slice(2).map(keyOf);
  call.reply.array(wanted.length * 2);
  for (const name of wanted) {
    call.reply.bulk(name);
    call.reply.integer(names.get(name)?.size ?? 0);
  }
};

const inquiries = ({ pubsub }: Front): readonly Command[] => {
  const ask = { flags: ["pubsub", "loading", "stale"] as const, group };
  return [
    {
      ...ask,
      name: "channels",
      arity: -2,
      summary: "List active channels",
      since: "2.8.0",
      run: list(pubsub.channels),
    },
    {
      ...ask,
      name: "numsub",
      arity: -2,
      summary: "Get the count of subscribers for channels",
      since: "2.8.0",
      run: count(pubsub.channels),
    },
    {
      ...ask,
      name: "numpat",
      arity: 2,
      summary: "Get the count of unique patterns pattern subscriptions",
      since: "2.8.0",
      run: (call) => call.reply.integer(pubsub.patterns.size),
    },
    {
      ...ask,
      name: "shardchannels",
      arity: -2,
      summary: "List active shard channels",
      since: "7.0.0",
      run: list(pubsub.shardChannels),
    },
    {
      ...ask,
      name: "shardnumsub",
      arity: -2,
      summary: "Get the count of subscribers for shard channels",
      since: "7.0.0",
      run: count(pubsub.shardChannels),
    },
    helpCommand("pubsub", { group, since: "6.2.0" }),
  ];
};

const nothing = () => {};

export const pubsubCommands = (front: Front): readonly Command[] => [
  {
    name: "subscribe",
    arity: -2,
    flags,
    summary: "Listen for messages published to the given channels",
    group,
    since: "2.0.0",
    run: subscribe(front, "subscribe", "channels"),
  },
  {
    name: "unsubscribe",
    arity: -1,
    flags,
    summary: "Stop listening for messages posted to the given channels",
    group,
    since: "2.0.0",
    run: unsubscribe(front, "unsubscribe", "channels"),
  },
  {
    name: "psubscribe",
    arity: -2,
    flags,
    summary: "Listen for messages published to channels matching the given patterns",
    group,
    since: "2.0.0",
    run: subscribe(front, "psubscribe", "patterns"),
  },
  {
    name: "punsubscribe",
    arity: -1,
    flags,
    summary: "Stop listening for messages posted to channels matching the given patterns",
    group,
    since: "2.0.0",
    run: unsubscribe(front, "punsubscribe", "patterns"),
  },
  {
    name: "ssubscribe",
    arity: -2,
    flags,
    keys: channels,
    summary: "Listen for messages published to the given shard channels",
    group,
    since: "7.0.0",
    run: subscribe(front, "ssubscribe", "shardChannels"),
  },
  {
    name: "sunsubscribe",
    arity: -1,
    flags,
    keys: channels,
    summary: "Stop listening for messages posted to the given shard channels",
    group,
    since: "7.0.0",
    run: unsubscribe(front, "sunsubscribe", "shardChannels"),
  },
  {
    name: "publish",
    arity: 3,
    flags: ["pubsub", "loading", "stale", "fast", "may_replicate"],
    summary: "Post a message to a channel",
    group,
    since: "2.0.0",
    run: publish(front, false),
  },
  {
    name: "spublish",
    arity: 3,
    flags: ["pubsub", "loading", "stale", "fast", "may_replicate"],
    keys: { first: 1, last: 1, step: 1 },
    summary: "Post a message to a shard channel",
    group,
    since: "7.0.0",
    run: publish(front, true),
  },
  {
    name: "pubsub",
    arity: -2,
    flags: [],
    summary: "A container for Pub/Sub commands",
    group,
    since: "2.8.0",
    subcommands: inquiries(front),
    run: nothing,
  },
];
