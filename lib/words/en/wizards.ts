import { choose } from "./choose";
import { moveWays } from "./move-ways";

export const wizards = {
  moveWays,
  steps: { choose: "Choose", preflight: "Preflight", plan: "Plan", confirm: "Confirm", run: "Run", proof: "Proof" },
  about: {
    create:
      "Empty nodes become one cluster: each primary gets an even share of the 16384 slots, the nodes meet each other, and every replica follows its primary.",
    reshard:
      "Slots move from shard to shard, with their keys. Clients go on reading and writing: while a slot is on its way they are sent to the right side by ASK.",
    rebalance:
      "Every primary ends with what its weight gives it, of slots, keys, memory, CPU or traffic. As few slots move as can be, and the map stays in few pieces.",
    "add-node": "An empty node meets the cluster. It joins as a primary without slots, or as the replica of a primary.",
    "remove-node":
      "A node leaves the cluster: its slots go to the other primaries, its replicas find a new primary, and every member forgets it.",
    "scale-out": "New shards join, get their replicas, and take an even share of the slots.",
    "scale-in": "Shards hand over their slots evenly to the ones that stay, and leave the cluster.",
    drain: "Shards hand over all their slots evenly to the others, and stay in the cluster without any.",
    failover: "A replica takes the place of its primary; the old primary follows it.",
    config:
      "A setting is changed on every node, written into its file where it has one, and read back from each. Going back restores what each node had.",
    "set-timeout":
      "How long a node may be silent before the others call it failed: the same on every node, kept in its file, and read back.",
    call: "One command is sent to many nodes, and each answers for itself. What only reads needs no plan.",
    meet: "By hand: an empty node that is alone meets the cluster. Anything that holds keys, slots or other nodes is refused.",
    forget:
      "By hand: every member forgets a node within the minute for which it is banned. The node itself is not reset.",
    "add-slots": "By hand: a primary takes slots that nobody owns.",
    "del-slots": "By hand: slots are taken from their owner and belong to nobody. Clients lose their keys from sight.",
    "set-slot-stable": "By hand: the marks of slots on their way are cleared where no key would be left behind unseen.",
    replicate: "A replica leaves its primary and copies another one from the start.",
    fix: "Slots that are open, owned by nobody or by several, and keys that lie where nobody reads them: each by the way that loses nothing, unless you choose another.",
    import:
      "Keys of servers that are no cluster go to the owners of their slots: by the source's own MIGRATE where it may reach them, else through this console. Where it stops it goes on, and every key is read back.",
    restore: "The keys of a backup go to the owners of their slots, with their expiry, whatever shape the cluster has.",
    "rolling-restart":
      "Every process is restarted, one at a time: replicas first, then each primary hands over to a replica that is in sync. Every slot stays served.",
    "rolling-config":
      "Lines of redis.conf that hold from a restart on: written while each node is away, one node at a time, and read back.",
    "rolling-upgrade":
      "Another server binary under every node managed here, replicas first, one node at a time. Data only goes from the older to the newer.",
    maintenance:
      "Every primary on a host hands over to a replica elsewhere, so that the host may go. Afterwards it gets back what it had.",
    drill:
      "A node is killed, crashed or frozen on purpose and brought back. What the others say of it is told in milliseconds.",
    decommission:
      "The end of a cluster: its processes stop, this console forgets how it was reached, and on demand the folders go.",
    "stop-cluster":
      "The processes that this console manages stop, replicas before primaries, so that nobody begins an election. Data stays.",
    "start-cluster":
      "The processes that this console manages start, primaries before replicas, until all of them serve.",
    backup:
      "A snapshot of every shard, from a replica in sync where there is one, with the cluster's shape and settings, into the console's data folder.",
  },
  next: "Next",
  back: "Back",
  cancel: "Cancel",
  planAgain: "Plan again",
  planning: "Asking every node…",
  viewerTitle: "Planning needs the operator role",
  viewerText:
    "You are signed in as a viewer: you can watch every operation, and start none. Ask an operator or an admin.",
  busyTitle: (id: number) => `Operation ${id} is running`,
  busyText: "A cluster takes one operation at a time. You can prepare this one; it starts when the other has ended.",
  watch: "Watch it",
  blocked: {
    incomplete: "Choose what is missing first.",
    planning: "The plan is being made.",
    refused: (n: number) => (n === 1 ? "One check refuses this plan." : `${n} checks refuse this plan.`),
    planFailed: "There is no plan yet.",
    typed: (name: string) => `Type ${name} first.`,
    reason: "Say why first.",
    expired: "This plan is too old. Plan again: nothing runs on an old picture.",
  },
  choose,
  fix: {
    counting: "Counting the keys of every slot on every primary…",
    failed: "The slots could not be counted.",
    again: "Count again",
    none: "Nothing is wrong with the slots: each has one owner, none is open, no key lies elsewhere.",
    counted: (age: string) => `counted ${age} ago`,
    title: "What is wrong",
    slots: (n: number) => (n === 1 ? "1 slot" : `${n} slots`),
    keys: (n: string) => `${n} keys`,
    unknownKeys: "keys not known",
    way: (what: string) => `What becomes of ${what}`,
    ways: {
      safe: "Safest",
      finish: "Go on",
      back: "Go back",
      leave: "Leave",
    },
    kinds: {
      "half-moved": "Half-moved",
      "flag-alone": "Open on one side only",
      "flag-astray": "Open towards nobody",
      "flag-on-replica": "Shown as open by a replica",
      several: "Several owners",
      nobody: "No owner",
      "owner-gone": "The owner does not answer",
      strayed: "Keys outside their owner",
      "told-otherwise": "Another owner is named",
    },
    texts: {
      "half-moved":
        "Go on: the rest of the keys follows to the target. Go back: on to the target first, then home, the only way back that loses nothing.",
      "flag-alone":
        "Safest: closed where no key has moved, else carried on to the other side. Go back: keys of the other side return to the owner.",
      "flag-astray": "The flag is cleared.",
      "flag-on-replica": "It is cleared through its primary.",
      several:
        "The highest epoch keeps them; the others give up first, with their keys kept, and then hand these over.",
      nobody: "Whoever holds most of their keys takes them; without keys those who own fewest.",
      "owner-gone":
        "Start it, or fail over to its replica: it has the keys. To give its slots away loses what it holds.",
      strayed: "Where the owner has a key of that name with another value, both stay.",
      "told-otherwise": "It is told the owner.",
    },
    strays: "Keys outside their owner",
    strayWays: {
      move: "Move them to the owner",
      export: "Write them to a file",
      delete: "Write them to a file, then delete",
      leave: "Leave them",
    },
    strayTexts: {
      move: "Where it has no key of that name.",
      export: "In this console's data folder. They stay where they are.",
      delete: "What nobody can read is gone then, and can be brought back from the file.",
      leave: "They stay, and nobody reads them.",
    },
    abandon: (node: string) => `Give the slots of ${node} away`,
    abandonText: (keys: string) => `${keys} when it was last seen. What it still holds is lost when it comes back.`,
  },
  preflight: {
    title: "Checks",
    summary: (passed: number, all: number) => `${passed} of ${all}`,
    kinds: { refuse: "stops it", hold: "wants your word", note: "worth knowing" },
    states: { pass: "holds", fail: "does not hold", unknown: "could not be asked" },
  },
  plan: {
    made: (id: string, time: string) => `plan ${id}, made ${time}`,
    preflight: (passed: number, all: number) => `Preflight ${passed} of ${all}`,
    figures: {
      slots: "slots move",
      asked: (n: string) => `slots move, asked ${n}`,
      keys: "keys",
      bytes: "to copy",
      duration: { careful: "careful", swift: "swift" },
      about: "estimated",
      ranges: "new ranges",
      fewerRanges: "fewer ranges",
      steps: "steps",
      none: "no slot moves",
    },
    beforeAfter: "Before and after",
    beforeAfterHint: "before above, after below; every slot keeps its number, only its owner changes",
    stays: "stays",
    shardLabel: (index: number, slots: string) => `Shard ${index}, ${slots}`,
    pairs: {
      title: "Pair",
      range: "Range",
      slots: "Slots",
      keys: "Keys",
      bytes: "Bytes",
      phase: "Phase",
      way: "Way",
      all: "All pairs",
      ranges: (n: number) => (n === 1 ? "1 range" : `${n} ranges`),
      setslot: "SETSLOT + MIGRATE",
    },
    settings: {
      title: "Before and after, node by node",
      heads: { node: "Node", setting: "Setting", before: "Before", after: "After", kept: "In the file" },
      nothing: "(empty)",
      kept: "yes",
      lost: "lost at restart",
    },
    balance: {
      title: "What is evened out",
      by: {
        slots: "slots",
        keys: "keys",
        memory: "bytes of keys",
        cpu: "microseconds of CPU a second",
        traffic: "bytes a second, in and out",
      },
      heads: { node: "Primary", weight: "Weight", before: "Has", expected: "Should have", after: "Will have" },
      over: (seconds: number) => `read twice within ${seconds} s`,
    },
    headroom: {
      title: "Memory, before and after",
      limit: "against maxmemory, line at 90 %",
      noLimit: "no node has a limit",
    },
    order: "In this order",
    orderHint: "each step is proved in every node's own view before the next begins",
    phase: (n: number) => `phase ${n}`,
    pace: "Pace",
    paces: {
      careful: "Careful",
      swift: "Swift",
    },
    paceText: {
      careful:
        "At most one small batch a pair is on its way; each is acknowledged by a replica of the target before the next. Goes slower while the nodes answer slowly.",
      swift:
        "Up to a window a pair is on its way, and a replica acknowledges it at its end: several times faster, more slots are answered with ASK for a moment, and it does not wait for slow answers.",
    },
    paceRisk: {
      careful: (keys: string, bytes: string) =>
        `If a target dies, at most ${keys} keys and ${bytes} a pair are at stake.`,
      swift: (keys: string, bytes: string) => `If a target dies, up to ${keys} keys and ${bytes} a pair are at stake.`,
    },
    guarded: (keys: string, bytes: string) =>
      `If a target dies: what its replica has is safe; at most ${keys} keys and ${bytes} are not there yet.`,
    unguarded: (keys: string, bytes: string) =>
      `If a target dies before it has a replica, what has moved to it is lost; at most ${keys} keys and ${bytes} are half-moved.`,
    commands: "Commands",
    raw: (n: number) => (n === 1 ? "1 command" : `${n} commands`),
    elsewhere: "Elsewhere",
    sent: "what is sent to the nodes, in this order",
    api: "the same plan by the API; start it with its id",
    redisCli: "the nearest redis-cli can do",
    copyAll: "Copy all",
    risks: "Worth knowing",
  },
  confirm: {
    title: "Confirm",
    nothingTyped: "Nothing has to be typed: no data and no quorum is at stake.",
    type: (name: string) => `Type ${name}`,
    reason: "Why",
    reasonHint: "goes into the audit",
    holds: "You take this on you",
    schedule: {
      title: "When",
      kinds: { now: "now", at: "at a time", window: "only in a window of the day" },
      at: "Not before",
      anew: "planned anew then; what does not fit what is confirmed here is not begun",
      from: "From, in UTC",
      to: "To, in UTC",
      windowHint: "parks with no slot open at its end, goes on in the next",
    },
    goOn: "Go on by itself if the console restarts",
    goOnText: "What is half-moved is always closed first. Without this the operation waits for a click.",
    start: (verb: string) => `Start: ${verb}`,
    startSlots: (n: string) => `Start — ${n} slots`,
    starting: "Starting…",
  },
} as const;
