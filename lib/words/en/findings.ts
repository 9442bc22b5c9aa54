import type { FindingCode } from "@/lib/cluster/finding";
import type { Details } from "@/lib/errors";

/** What a person reads of a finding. `sentence` is filled from the finding's details; `byHand` is the same with redis-cli. */
export type FindingWords = {
  readonly title: string;
  readonly sentence: (details: Details) => string;
  readonly risk: string;
  readonly mend: string;
  readonly byHand?: string;
};

const text = (value: Details[string] | undefined): string =>
  Array.isArray(value) ? value.join(", ") : value === undefined ? "" : String(value);
const number = (value: Details[string] | undefined): number => Number(value ?? 0);
const some = (count: number, one: string, many = `${one}s`) => `${count} ${count === 1 ? one : many}`;
const mib = (value: Details[string] | undefined) => `${(number(value) / 1024 / 1024).toFixed(1)} MiB`;
const owning = (d: Details) => (number(d.slots) > 0 ? ` It owns ${some(number(d.slots), "slot")}.` : "");

export const findings: Readonly<Record<FindingCode, FindingWords>> = {
  "node-silent": {
    title: "A node does not answer",
    sentence: (d) =>
      `${text(d.node)} does not answer this console${d.reason ? ` (${text(d.reason)})` : ""}.${owning(d)}`,
    risk: "What is shown of this node is what it last said. Clients may be waiting for it too.",
    mend: "See whether its process runs and its machine can be reached. The others take it for failed after the node timeout.",
    byHand: "redis-cli -h <host> -p <port> PING",
  },
  "node-failed": {
    title: "A node has failed",
    sentence: (d) =>
      `${text(d.reporters)} say${Array.isArray(d.reporters) && d.reporters.length > 1 ? "" : "s"} that ${text(d.node)} has failed.${owning(d)}`,
    risk: "Slots of a failed primary are not served until a replica takes over or it comes back.",
    mend: "Start the node again. If it was a primary and nothing took over, fail over to a replica by hand.",
    byHand: "redis-cli -h <replica> -p <port> CLUSTER FAILOVER FORCE",
  },
  "node-pfail": {
    title: "A node may be failing",
    sentence: (d) => `${text(d.reporters)} cannot reach ${text(d.node)}.${owning(d)}`,
    risk: "If most primaries agree it is taken for failed, and a replica stands for election.",
    mend: "Look at the network between the nodes and at the load of this node.",
  },
  "slots-uncovered": {
    title: "Slots that nobody owns",
    sentence: (d) => `${some(number(d.slots), "slot")} ${number(d.slots) === 1 ? "has" : "have"} no owner.`,
    risk: "With cluster-require-full-coverage yes the whole cluster refuses commands; otherwise keys of these slots do.",
    mend: "If a primary was lost, start it again first: it brings its slots and its keys with it.",
    byHand: "redis-cli --cluster check <host>:<port>",
  },
  "slots-without-primary": {
    title: "Slots that nobody serves",
    sentence: (d) =>
      `${some(number(d.slots), "slot")} of ${text(d.owners)} ${number(d.slots) === 1 ? "is" : "are"} not served.${
        text(d.heirs) ? ` ${text(d.heirs)} could take over.` : " No replica that answers could take over."
      }`,
    risk: "Commands for keys in these slots fail or wait.",
    mend: "Start the primary again, or fail over to a replica.",
  },
  "slot-open": {
    title: "Slots are on their way",
    sentence: (d) =>
      `${some(number(d.slots), "slot")} ${number(d.slots) === 1 ? "is" : "are"} open from ${text(d.source)} to ${text(d.target)}${
        number(d.oneSided) > 0 ? `; on ${number(d.oneSided)} of them only one side says so` : ""
      }.`,
    risk: "While a slot is open its keys can be on either side; multi-key commands may answer TRYAGAIN.",
    mend: "If an operation is moving them this is normal. If nothing is, someone's move was broken off: finish it towards the target, or go back. redis-cli --cluster fix can lose keys here.",
    byHand: "CLUSTER COUNTKEYSINSLOT <slot>, on both",
  },
  "slot-open-on-replica": {
    title: "A replica shows open slots",
    sentence: (d) => `${text(d.node)} is a replica and still carries open flags on ${some(number(d.slots), "slot")}.`,
    risk: "After a failover to it the flags would come to life.",
    mend: "Clear them through its primary.",
    byHand: "CLUSTER SETSLOT <slot> STABLE, sent to the primary",
  },
  "slot-flag-astray": {
    title: "An open slot that leads nowhere",
    sentence: (d) =>
      `${text(d.node)} shows ${some(number(d.slots), "slot")} as open with ${text(d.named) || "a node"}, which nobody knows any more.`,
    risk: "Clients that ask for a missing key are sent to a node that is not there.",
    mend: "Clear the flag. What that node may have held of these slots went with it.",
    byHand: "CLUSTER SETSLOT <slot> STABLE, sent to the node that shows it",
  },
  "foreign-task": {
    title: "Somebody else moves slots",
    sentence: (d) =>
      `${some(number(d.slots), "slot")} ${number(d.slots) === 1 ? "is" : "are"} on ${number(d.slots) === 1 ? "its" : "their"} way${d.source ? ` from ${text(d.source)}` : ""}${d.target ? ` to ${text(d.target)}` : ""} by an atomic migration (task ${text(d.task)}, ${text(d.said)}, listed by ${text(d.nodes)}), and no operation here started it.`,
    risk: "Nothing is lost by it: a task moves all of its slots or none. But owners change under whatever else is planned, and until it ends no other way can move slots of these nodes.",
    mend: "Find out who started it and let it end. Only if nobody needs it, cancel it by hand; then what has come is deleted at the target and the source keeps everything.",
    byHand:
      "Redis 8.4 and later: CLUSTER MIGRATION CANCEL ID <task> at the target. Valkey 9: CLUSTER CANCELSLOTMIGRATIONS at the source (cancels all of its exports)",
  },
  "keys-unowned": {
    title: "Keys that nobody can read",
    sentence: (d) =>
      `${text(d.node)} holds ${some(number(d.keys), "key")} in ${some(number(d.slots), "slot")} of ${text(d.owner)}, and no flag says so.`,
    risk: "Clients are sent to the owner and read nil; a new value there makes two versions of one key.",
    mend: "Move them to the owner where it has no key of that name, or export them.",
    byHand: "CLUSTER COUNTKEYSINSLOT <slot>, on every primary",
  },
  "views-differ": {
    title: "A node believes something else",
    sentence: (d) => `${text(d.node)} differs from the others. It says: ${text(d.believes)}.`,
    risk: "Clients that ask this node are sent to the wrong place, or refused.",
    mend: "Gossip mends a short difference by itself. If it stays, look at the links of this node and at the epochs.",
    byHand: "CLUSTER NODES, on this node and on another",
  },
  "cluster-state-fail": {
    title: "The cluster says it is down",
    sentence: (d) =>
      `${number(d.count)} of ${number(d.answering)} nodes that answer report cluster_state:fail (${text(d.nodes)}).`,
    risk: "These nodes refuse commands with CLUSTERDOWN.",
    mend: "See which slots are not served, and mend that first.",
    byHand: "redis-cli -h <host> -p <port> CLUSTER INFO",
  },
  "shard-without-replica": {
    title: "A shard without a replica",
    sentence: (d) =>
      number(d.known) === 0
        ? `Shard ${number(d.shard)} (${text(d.node)}) has no replica.`
        : `Of shard ${number(d.shard)} (${text(d.node)}) no replica is alive; it has ${number(d.known)}.`,
    risk: "If its primary dies, its slots are gone until that very node comes back.",
    mend: "Add a replica, or start the one that is down.",
    byHand: "redis-cli --cluster add-node <new> <existing> --cluster-slave --cluster-master-id <id>",
  },
  "replica-on-primary-host": {
    title: "Primary and replica on one machine",
    sentence: (d) =>
      `${text(d.replicas)} of shard ${number(d.shard)} ${Array.isArray(d.replicas) && d.replicas.length > 1 ? "run" : "runs"} on ${text(d.host)}, as its primary ${text(d.node)} does.`,
    risk: "When this machine goes, primary and replica go together.",
    mend: "Let a replica on another machine follow this primary.",
    byHand: "CLUSTER REPLICATE <primary id>, sent to a replica elsewhere",
  },
  "replica-link-down": {
    title: "A replica is not connected to its primary",
    sentence: (d) =>
      d.syncing === true
        ? `${text(d.node)} is loading the data of ${text(d.primary)}.`
        : `${text(d.node)} has lost the link to its primary ${text(d.primary)}.`,
    risk: "It falls behind, and may be too old to be elected.",
    mend: "Look at masterauth, TLS and the network between the two.",
    byHand: "INFO replication, on the replica",
  },
  "replica-lagging": {
    title: "A replica lags behind",
    sentence: (d) => `${text(d.node)} is ${mib(d.lagBytes)} behind ${text(d.primary)}.`,
    risk: "Writes that it has not seen are lost if the primary dies now.",
    mend: "Look at the network and at the load of the replica; do not fail over to it now.",
    byHand: "INFO replication, on both",
  },
  "primary-without-slots": {
    title: "A primary without slots",
    sentence: (d) => `${text(d.node)} is a primary and owns no slot.`,
    risk: "It does no work, and has no vote in a failover.",
    mend: "Move slots to it, or remove it.",
    byHand: "redis-cli --cluster rebalance <host>:<port> --cluster-use-empty-masters",
  },
  "several-owners": {
    title: "Slots with several owners",
    sentence: (d) => `${text(d.owners)} both say that ${some(number(d.slots), "slot")} are theirs.`,
    risk: "The one with the lower epoch deletes its keys of these slots as soon as it learns of the other.",
    mend: "Do not raise any epoch. Repair makes one of them give up its claim first, with its keys kept, and merges these after.",
    byHand: "CLUSTER COUNTKEYSINSLOT <slot>, on both",
  },
  "equal-epochs": {
    title: "Two primaries with the same epoch",
    sentence: (d) => `${text(d.nodes)} share config epoch ${number(d.epoch)}.`,
    risk: "If they ever claim the same slot, neither wins by epoch.",
    mend: "The nodes mend this by themselves within seconds. If it stays, they do not hear each other.",
  },
  "address-lost": {
    title: "A node's address is lost",
    sentence: (d) =>
      `Nobody knows an address for node ${text(d.id).slice(0, 8)} (last seen as ${text(d.node)}).${owning(d)}`,
    risk: "Its slots point nowhere although the cluster says ok: it came back without its nodes.conf, or under another address.",
    mend: "Give the node its nodes.conf back and start it again. Do not remove it before you know where its keys are.",
    byHand: "CLUSTER NODES, look for :0",
  },
  "handshake-ghost": {
    title: "A handshake that does not end",
    sentence: (d) => `A node met as ${text(d.node)} has not answered the handshake yet.`,
    risk: "Normal for a moment after MEET. If it stays, its bus port cannot be reached.",
    mend: "See that the bus port (port + 10000) is open between the nodes.",
  },
  "no-majority-if-one-more-fails": {
    title: "The majority hangs by a thread",
    sentence: (d) =>
      number(d.alive) < number(d.needed)
        ? `Only ${number(d.alive)} of ${number(d.voters)} voting primaries are alive; ${number(d.needed)} are needed.`
        : `${number(d.alive)} of ${number(d.voters)} voting primaries are alive and ${number(d.needed)} are needed: one more failure and nothing can be promoted.`,
    risk: "Without a majority no failover happens, and the cluster stops.",
    mend: "Bring the missing primaries back, or add primaries: three voters are the least that survive one failure.",
  },
  "memory-near-limit": {
    title: "Memory near the limit",
    sentence: (d) => `${text(d.node)} uses ${mib(d.usedBytes)} of ${mib(d.maxBytes)} (${text(d.maxPolicy)}).`,
    risk: "Writes are refused or keys are evicted next; it is no target for slots.",
    mend: "Move slots away from it, or raise maxmemory.",
    byHand: "CONFIG SET maxmemory <bytes>",
  },
  "evicting-policy": {
    title: "Nodes that evict keys",
    sentence: (d) => `${text(d.nodes)} may evict keys when full (${text(d.policies)}).`,
    risk: "Slots moved to a node that is nearly full can push other keys out, silently.",
    mend: "Nothing, if this is a cache. Otherwise set maxmemory-policy noeviction.",
    byHand: "CONFIG SET maxmemory-policy noeviction",
  },
  "versions-differ": {
    title: "Different versions",
    sentence: (d) => `The nodes run different versions: ${text(d.versions)}.`,
    risk: "Keys cannot always be moved from a newer to an older version.",
    mend: "Finish the upgrade.",
  },
  "certificate-unverified": {
    title: "Certificates are not verified",
    sentence: () => "This console accepts any certificate that a node of this cluster shows.",
    risk: "Whoever stands between can read the password and every command.",
    mend: "Connect the cluster anew with the CA that signed its certificates.",
  },
};
