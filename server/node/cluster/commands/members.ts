import type { Call, Command } from "../../command";
import { inHandshake, isPrimary, isReplica } from "../cluster-node";
import type { ClusterCore } from "../core";
import { HANDSHAKE, MEET } from "../flags";
import { setAddress } from "../gossip";
import { countReports } from "../health";
import { nodeLine, nodesText } from "../nodes-text";
import { follow } from "../roles";
import { isIP } from "./ip";
import { reset } from "./reset";
import { ASKING_ADMIN, CHANGING, integerOf, nodeAt, READING, refuse, subcommand, textOf } from "./subcommand";

const BUS_PORT_ABOVE = 10000;

/** Who belongs to the cluster, and who follows whom. */
export function memberCommands(core: ClusterCore): readonly Command[] {
  const { state } = core;
  const replicas = {
    name: "replicas",
    arity: 3,
    since: "5.0.0",
    summary: "List replica nodes of the specified master node",
  };
  const reports = {
    name: "count-failure-reports",
    arity: 3,
    since: "3.0.0",
    summary: "Return the number of failure reports active for a given node",
  };
  const nodes = { name: "nodes", arity: 2, since: "3.0.0", summary: "Get Cluster config for the node" };
  return [
    subcommand(
      CHANGING,
      { name: "meet", arity: -4, since: "3.0.0", summary: "Force a node cluster to handshake with another node" },
      (call) => meet(core, call),
    ),
    subcommand(
      CHANGING,
      { name: "forget", arity: 3, since: "3.0.0", summary: "Remove a node from the nodes table" },
      (call) => forget(core, call),
    ),
    subcommand(
      CHANGING,
      {
        name: "replicate",
        arity: 3,
        since: "3.0.0",
        summary: "Reconfigure a node as a replica of the specified master node",
      },
      (call) => replicate(core, call),
    ),
    subcommand(
      ["admin", "noscript", "stale"],
      { name: "reset", arity: -2, since: "3.0.0", summary: "Reset a Redis Cluster node" },
      (call) => reset(core, call),
    ),
    subcommand(READING, nodes, (call) => call.reply.verbatim("txt", nodesText(state, { file: false }))),
    subcommand(READING, { name: "myid", arity: 2, since: "3.0.0", summary: "Return the node id" }, (call) =>
      call.reply.bulk(state.myself.id),
    ),
    subcommand(ASKING_ADMIN, replicas, (call) => listReplicas(core, call)),
    subcommand(ASKING_ADMIN, { ...replicas, name: "slaves", since: "3.0.0" }, (call) => listReplicas(core, call)),
    subcommand(ASKING_ADMIN, reports, (call) => call.reply.integer(countReports(core, nodeAt(core, call, 2)))),
  ];
}

function meet({ state }: ClusterCore, call: Call): void {
  if (call.args.length > 5)
    throw refuse("unknown subcommand or wrong number of arguments for 'meet'. Try CLUSTER HELP.");
  const port = integerOf(textOf(call, 3));
  if (port === undefined) throw refuse(`Invalid TCP base port specified: ${textOf(call, 3)}`);
  const busPort = call.args.length === 5 ? integerOf(textOf(call, 4)) : port + BUS_PORT_ABOVE;
  if (busPort === undefined) throw refuse(`Invalid TCP bus port specified: ${textOf(call, 4)}`);
  const ip = textOf(call, 2);
  const isPort = (value: number) => value > 0 && value <= 65535;
  if (!isIP(ip) || !isPort(port) || !isPort(busPort))
    throw refuse(`Invalid node address specified: ${ip}:${textOf(call, 3)}`);
  const isUnderWay = [...state.nodes.values()].some(
    (node) => inHandshake(node) && node.ip === ip && node.port === port && node.busPort === busPort,
  );
  if (!isUnderWay) setAddress(state.add(HANDSHAKE | MEET), { ip, port, plainPort: 0, busPort });
  call.reply.ok();
}

function forget(core: ClusterCore, call: Call): void {
  const { state, bus } = core;
  const node = nodeAt(core, call, 2);
  if (node === state.myself) throw refuse("I tried hard but I can't forget myself...");
  if (isReplica(state.myself) && state.myself.primary === node) throw refuse("Can't forget my master!");
  state.ban(node.id);
  bus.closeAll(node);
  state.remove(node);
  state.owe("update", "save");
  call.reply.ok();
}

function replicate(core: ClusterCore, call: Call): void {
  const { state, parts } = core;
  const node = nodeAt(core, call, 2);
  if (node === state.myself) throw refuse("Can't replicate myself");
  if (isReplica(node)) throw refuse("I can only replicate a master, not a replica.");
  if (isPrimary(state.myself) && (state.myself.slots.count > 0 || parts.keyspace.first.size > 0))
    throw refuse("To set a master the node must be empty and without assigned slots.");
  follow(core, node);
  state.owe("update", "save");
  call.reply.ok();
}

function listReplicas(core: ClusterCore, call: Call): void {
  const node = nodeAt(core, call, 2);
  if (isReplica(node)) throw refuse("The specified node is not a master");
  call.reply.array(node.replicas.length);
  for (const replica of node.replicas) call.reply.bulk(nodeLine(core.state, replica));
}
