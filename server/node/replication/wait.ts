import { type Call, type Command, CommandError, notInteger } from "../command";
import type { NodeReplication } from "./node-replication";

const ON_A_REPLICA =
  "ERR WAIT cannot be used with replica instances. Please also note that since Redis 4.0 if a replica is configured to be writable (which is not the default) writes to replicas are just local and are not propagated.";

/** WAIT numreplicas timeout: until so many have this client's last write, or the time is over (0: however long it takes). */
export const waitCommand = (replication: NodeReplication): Command => ({
  name: "wait",
  arity: 3,
  flags: ["noscript"],
  group: "generic",
  since: "3.0.0",
  summary:
    "Wait for the synchronous replication of all the write commands sent in the context of the current connection",
  run: (call) => wait(call, replication),
});

function wait({ args, client, reply, node }: Call, replication: NodeReplication): void {
  if (replication.role === "replica") throw new CommandError(ON_A_REPLICA);
  const replicas = integer(args[1], "ERR value is out of range");
  const timeoutMs = integer(args[2], "ERR timeout is negative");
  const place = client.lastWriteOffset;
  const count = replication.countAt(place);
  if (count >= replicas || !client.canBlock) reply.integer(count);
  else {
    const untilMs = timeoutMs === 0 ? undefined : node.world.monotonicMs() + timeoutMs;
    replication.waiters.add({ client, replicas, place }, untilMs);
  }
}

function integer(arg: Buffer | undefined, negative: string): number {
  const text = arg?.toString("latin1") ?? "";
  if (!/^-?\d{1,15}$/.test(text)) throw negative.includes("timeout") ? timeoutNotInteger() : notInteger();
  if (text.startsWith("-") && Number(text) !== 0) throw new CommandError(negative);
  return Number(text);
}

const timeoutNotInteger = () => new CommandError("ERR timeout is not an integer or out of range");
