import { type Call, type Command, CommandError, keyOf } from "../command";
import type { Front } from "../dispatch/front";
import { helpCommand } from "./help";
import { latencyGraph } from "./latency-graph";

const group = "server";
const since = "2.8.13";

const latest = (front: Front) => (call: Call) => {
  const { reply } = call;
  reply.array(front.latency.events.size);
  for (const [name, { samples, most }] of front.latency.events) {
    const last = samples.at(-1);
    reply.array(4);
    reply.bulk(name);
    reply.integer(last?.atSeconds ?? 0);
    reply.integer(last?.ms ?? 0);
    reply.integer(most);
  }
};

const history = (front: Front) => (call: Call) => {
  const { reply } = call;
  const samples = front.latency.events.get(keyOf(call.args[2]))?.samples ?? [];
  reply.array(samples.length);
  for (const { atSeconds, ms } of samples) {
    reply.array(2);
    reply.integer(atSeconds);
    reply.integer(ms);
  }
};

const reset = (front: Front) => (call: Call) => {
  const named = call.args.slice(2).map(keyOf);
  const names = named.length > 0 ? named : [...front.latency.events.keys()];
  call.reply.integer(names.filter((name) => front.latency.forget(name)).length);
};

const graph = (front: Front) => (call: Call) => {
  const name = keyOf(call.args[2]);
  const event = front.latency.events.get(name);
  if (!event) throw new CommandError(`ERR No samples available for event '${name}'`);
  call.reply.verbatim("txt", latencyGraph(name, event, Math.floor(front.node.world.now() / 1000)));
};

const average = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

const doctor = (front: Front) => (call: Call) => {
  const { latency } = front;
  const told: string[] = [];
  for (const [name, { samples, most }] of latency.events) {
    const values = samples.map(({ ms }) => ms);
    told.push(
      `${name}: ${values.length} slow seconds, on average ${average(values).toFixed(0)} ms, at worst ${most} ms. SLOWLOG GET tells which commands took long.`,
    );
  }
  if (told.length === 0 && !latency.isOn)
    told.push("Nothing is measured: CONFIG SET latency-monitor-threshold <milliseconds> begins it.");
  if (told.length === 0) told.push("No command took as long as latency-monitor-threshold.");
  call.reply.verbatim("txt", told.map((line) => `${line}\n`).join(""));
};

export function latencyCommand(front: Front): Command {
  const admin = { group, since, flags: ["admin", "noscript", "loading", "stale"] as const };
  const subcommands: readonly Command[] = [
    {
      ...admin,
      name: "latest",
      arity: 2,
      summary: "Return the latest latency samples for all events.",
      run: latest(front),
    },
    {
      ...admin,
      name: "history",
      arity: 3,
      summary: "Return timestamp-latency samples for the event.",
      run: history(front),
    },
    {
      ...admin,
      name: "reset",
      arity: -2,
      summary: "Reset latency data for one or more events.",
      run: reset(front),
    },
    {
      ...admin,
      name: "doctor",
      arity: 2,
      summary: "Return a human readable latency analysis report.",
      run: doctor(front),
    },
    { ...admin, name: "graph", arity: 3, summary: "Return a latency graph for the event.", run: graph(front) },
    { ...helpCommand("latency", { group, since }), summary: "Show helpful text about the different subcommands." },
  ];
  return {
    name: "latency",
    arity: -2,
    flags: [],
    group,
    summary: "A container for latency diagnostics commands",
    since,
    subcommands,
    run: () => {},
  };
}
