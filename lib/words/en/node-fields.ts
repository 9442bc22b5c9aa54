/** What each field of CLUSTER INFO and of a CLUSTER NODES line means, in the words of the Redis documentation. */
const info = {
  cluster_state:
    "ok: this node can serve queries. fail: it refuses them, because some slot has no primary that it can reach, or because it cannot reach a majority of primaries.",
  cluster_slots_assigned: "Slots that have an owner. 16384 when every slot has one.",
  cluster_slots_ok: "Slots whose owner is neither PFAIL nor FAIL for this node.",
  cluster_slots_pfail:
    "Slots whose owner is PFAIL: this node alone cannot reach it. They still work, as long as the others reach it.",
  cluster_slots_fail:
    "Slots whose owner is FAIL: a majority of primaries agreed. Above 0 the cluster may refuse queries.",
  cluster_known_nodes: "Nodes that this node knows, itself included, also those in handshake that are no members yet.",
  cluster_size: "Primaries that own at least one slot: those who vote.",
  cluster_current_epoch: "The newest epoch that this node has heard of. It grows with each election.",
  cluster_my_epoch:
    "The config epoch of this node; of a replica, that of its primary. On a claim to the same slot the higher one wins.",
  cluster_stats_messages_sent: "Messages sent over the cluster bus since it started.",
  cluster_stats_messages_received: "Messages received over the cluster bus since it started.",
  total_cluster_links_buffer_limit_exceeded:
    "Links that were cut because their send buffer grew past cluster-link-sendbuf-limit.",
} as const;

const messages = {
  ping: "Heartbeats that ask for a pong",
  pong: "Answers to pings, and unasked for after a promotion",
  meet: "Pings that make the receiver accept the sender as a member",
  fail: "News that a node is FAIL",
  publish: "Pub/Sub messages passed on",
  publishshard: "Sharded Pub/Sub messages passed on",
  "auth-req": "Requests for a vote in an election",
  "auth-ack": "Votes given in an election",
  update: "Corrections to a node that claims slots with an old epoch",
  mfstart: "Requests to pause clients for a manual failover",
  module: "Messages of modules",
} as const;

export const fieldWords = {
  info: info as Readonly<Record<string, string>>,
  message: (kind: string, direction: string): string => {
    const what = (messages as Readonly<Record<string, string>>)[kind] ?? `Messages of kind ${kind}`;
    return `${what}: how many were ${direction}.`;
  },
  unknown: "Not one of the fields that the documentation names; shown as it came.",
  line: {
    id: {
      name: "id",
      means:
        "40 hex characters, made when the node first started. It keeps them until a hard reset, whatever its address.",
    },
    address: {
      name: "ip:port@bus-port",
      means:
        "Where clients reach it, and its port on the cluster bus. After a comma: its host name, if it announces one. An empty host means that it does not know its own address yet.",
    },
    flags: {
      name: "flags",
      means:
        "myself: the node that answers. master or slave: primary or replica. fail?: this node alone cannot reach it (PFAIL). fail: a majority agreed. handshake: not accepted yet. noaddr: its address is lost. nofailover: it never stands for election. noflags: none.",
    },
    primary: { name: "primary", means: "The id of the primary that it follows; - for a primary." },
    ping: {
      name: "ping-sent",
      means: "Unix time in ms of the ping that still waits for its pong; 0 when none waits.",
    },
    pong: { name: "pong-recv", means: "Unix time in ms of the last pong received from it." },
    epoch: {
      name: "config-epoch",
      means:
        "The epoch of its last change of ownership; of a replica, that of its primary. Each primary needs its own.",
    },
    link: { name: "link-state", means: "Whether the bus connection from the answering node to it stands." },
    slots: {
      name: "slots",
      means:
        "Ranges of slots that it owns. [n->-id]: slot n is leaving to that node. [n-<-id]: slot n is coming from that node.",
    },
  },
} as const;
