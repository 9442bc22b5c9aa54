import { formatEndpoint, type NodeId } from "@/lib/cluster/node";
import { eachSlot, formatRanges, rangesOf, type SlotRanges } from "@/lib/cluster/slots";
import { sourceName } from "@/lib/import-source";
import { assertNever } from "@/lib/of";
import type { Form } from "./command-form";
import { commandLine, commandWord } from "./command-word";
import type { Facts } from "./facts";
import { fixForms } from "./fix-forms";
import { isUp, nameOf } from "./members";
import { loadsOf } from "./moves";
import type { Candidate, Step, StepOf } from "./step";
import { type AtomicWay, drivenAt, type MoveWay, startWords } from "./way";

/** Who is a member, and who a primary, when a step begins: earlier steps of the plan have changed that. */
type Standing = ReadonlyMap<NodeId, { readonly at: string; readonly isPrimary: boolean }>;

export function commandForms(facts: Facts, steps: readonly Step[], way: MoveWay): readonly (readonly Form[])[] {
  let standing: Standing = new Map(
    facts.topology.nodes
      .filter(isUp)
      .map((node) => [node.id, { at: addressIn(facts, node.id), isPrimary: node.role === "primary" }]),
  );
  return steps.map((step) => {
    const isAtomic = step.kind === "move-slots" && way !== "setslot";
    const forms = isAtomic ? taskForms(step, facts, way) : formsOf(step, facts, standing);
    standing = after(step, facts, standing);
    return forms;
  });
}

function after(step: Step, facts: Facts, standing: Standing): Standing {
  switch (step.kind) {
    case "meet":
      return new Map([...standing, [step.candidate.id, { at: addressIn(facts, step.candidate.id), isPrimary: true }]]);
    case "replicate":
      return new Map([...standing, [step.nodeId, { at: addressIn(facts, step.nodeId), isPrimary: false }]]);
    case "failover":
      return handedOver(step, standing);
    case "forget":
      return new Map([...standing].filter(([id]) => id !== step.nodeId));
    default:
      return standing;
  }
}

function handedOver({ replicaId, primaryId }: StepOf<"failover">, standing: Standing): Standing {
  return new Map(
    [...standing].map(([id, one]) => [
      id,
      { ...one, isPrimary: id === replicaId || (one.isPrimary && id !== primaryId) },
    ]),
  );
}

export function addressIn(facts: Facts, id: NodeId): string {
  const candidate = facts.candidates.find((c) => c.id === id);
  return candidate ? formatEndpoint(candidate.endpoint) : nameOf(facts.topology, id);
}

function formsOf(step: Step, facts: Facts, standing: Standing): readonly Form[] {
  const once = (at: string, text: string): Form => ({ at: [at], text: () => text });
  switch (step.kind) {
    case "set-epoch":
      return [once(formatEndpoint(step.node.endpoint), `CLUSTER SET-CONFIG-EPOCH ${step.epoch}`)];
    case "del-slots":
      return delForms(step, facts, standing);
    case "set-stable":
      return [
        {
          at: [addressIn(facts, step.nodeId)],
          text: (slot) => `CLUSTER SETSLOT ${slot} STABLE`,
          slots: step.ranges,
        },
      ];
    case "set-config": {
      const at = addressIn(facts, step.nodeId);
      const sets = step.settings.map(({ name, value }) => once(at, `CONFIG SET ${name} ${commandWord(value)}`));
      return step.keeps ? [...sets, once(at, "CONFIG REWRITE")] : sets;
    }
    case "call":
      return [once(addressIn(facts, step.nodeId), commandLine(step.command))];
    case "add-slots":
      return addSlots(step).map((text) => once(formatEndpoint(step.node.endpoint), text));
    case "meet":
      return [once(formatEndpoint(step.candidate.endpoint), meet(step.via))];
    case "replicate":
      return [once(addressIn(facts, step.nodeId), `CLUSTER REPLICATE ${step.primaryId}`)];
    case "failover": {
      const mode = step.mode === "default" ? "" : ` ${step.mode.toUpperCase()}`;
      return [once(addressIn(facts, step.replicaId), `CLUSTER FAILOVER${mode}`)];
    }
    case "forget": {
      const told = [...standing].filter(([id]) => id !== step.nodeId).map(([, { at }]) => at);
      return [{ at: told, many: "members", text: () => `CLUSTER FORGET ${step.nodeId}` }];
    }
    case "reset":
      return [once(addressIn(facts, step.nodeId), `CLUSTER RESET ${step.mode.toUpperCase()}`)];
    case "move-slots":
      return moveForms(step, facts, standing);
    case "assign-slots":
    case "gather-keys":
    case "clear-flags":
      return fixForms(step, (id) => addressIn(facts, id), primariesIn(standing));
    case "save-shard":
      return [once(addressIn(facts, step.nodeId), "PSYNC ? -1")];
    case "load-functions": {
      const replace = step.existing === "replace" ? "REPLACE " : "";
      return [once(addressIn(facts, step.nodeId), `FUNCTION LOAD ${replace}<each of ${step.libraries} libraries>`)];
    }
    case "restore-shard":
      return [restoreForm(step, standing)];
    case "hurt-node":
      return step.how === "segfault" ? [once(addressIn(facts, step.nodeId), "DEBUG SEGFAULT")] : [];
    case "stop-node":
      return step.how === "save" ? [once(addressIn(facts, step.nodeId), "SHUTDOWN SAVE")] : [];
    case "import-keys":
      return importForms(step, standing);
    case "check-backup":
    case "seal-backup":
    case "drop-node":
    case "forget-cluster":
    case "restart-node":
    case "start-node":
    case "await-joined":
    case "watch-gone":
    case "prove":
      return [];
    default:
      return assertNever(step);
  }
}

const primariesIn = (standing: Standing) =>
  [...standing].flatMap(([id, one]) => (one.isPrimary ? [{ id, ...one }] : []));
function restoreForm({ shard, keys, existing }: StepOf<"restore-shard">, standing: Standing): Form {
  const at = [...standing].filter(([, { isPrimary }]) => isPrimary).map(([, node]) => node.at);
  const replace = existing === "replace" ? " REPLACE" : "";
  const text = () =>
    `RESTORE <each of about ${keys} keys of shard ${shard}, at its owner> <expiry> <value> ABSTTL${replace}`;
  return { at, many: "owners", text };
}

/** At a source whose own MIGRATE may reach the owners; else the console reads each key and writes it there. */
function importForms(step: StepOf<"import-keys">, standing: Standing): readonly Form[] {
  const { source, way, db, keys, present } = step;
  const owners = [...standing].filter(([, { isPrimary }]) => isPrimary).map(([, node]) => node.at);
  const at = sourceName(source);
  const replace = present === "replace" ? " REPLACE" : "";
  const put: Form = {
    at: owners,
    many: "owners",
    text: () => `RESTORE <each of about ${keys} keys of ${at}, at its owner> <expiry> <value> ABSTTL${replace}`,
  };
  const heard: Form = { at: [at], text: () => "PSYNC ? -1" };
  const held: Form = { at: [at], text: () => "CLIENT PAUSE <ms> WRITE (when it is cut over)" };
  if (way === "follow") return [heard, put, held];
  const migrate = `MIGRATE <owner> "" 0 <ms> COPY KEYS <its keys of database ${db}> (or DUMP, and RESTORE from here)`;
  const taken = { at: [at], text: () => "UNLINK <keys that the owner has> (watched: only if unchanged)" };
  return [{ at: [at], text: () => migrate }, put, ...(way === "move" ? [taken] : [])];
}

function meet({ endpoint, busPort }: Candidate): string {
  return `CLUSTER MEET ${endpoint.host} ${endpoint.port}${busPort === undefined ? "" : ` ${busPort}`}`;
}

/** ADDSLOTS names every slot, so many a call; ADDSLOTSRANGE exists from 7.0 on only. */
const SLOTS_A_CALL = 4096;

const addSlots = ({ ranges }: StepOf<"add-slots">): readonly string[] => slotCalls("ADDSLOTS", ranges);

/** The owner first: what it still claims, its next message would give it back. */
function delForms({ nodeId, ranges }: StepOf<"del-slots">, facts: Facts, standing: Standing): readonly Form[] {
  const others = [...standing].filter(([id]) => id !== nodeId).map(([, { at }]) => at);
  return slotCalls("DELSLOTS", ranges).flatMap((text): readonly Form[] => [
    { at: [addressIn(facts, nodeId)], text: () => text },
    { at: others, many: "other members", text: () => text },
  ]);
}

function slotCalls(command: "ADDSLOTS" | "DELSLOTS", ranges: SlotRanges): readonly string[] {
  const slots = [...eachSlot(ranges)];
  const calls = Math.ceil(slots.length / SLOTS_A_CALL);
  return Array.from({ length: calls }, (_, i) => {
    const part = slots.slice(i * SLOTS_A_CALL, (i + 1) * SLOTS_A_CALL);
    return `CLUSTER ${command} <${formatRanges(rangesOf(part), "-")}>`;
  });
}

/** The order of FAULTS 2.2: target before source in opening and in handing over, then every other primary. */
function moveForms(step: StepOf<"move-slots">, facts: Facts, standing: Standing): readonly Form[] {
  const { source, target, ranges } = step;
  const from = addressIn(facts, source);
  const to = addressIn(facts, target);
  const form = (at: string, text: Form["text"]): Form => ({ at: [at], text, slots: ranges });
  const others = [...standing].filter(([id, { isPrimary }]) => isPrimary && id !== source && id !== target);
  const take = (slot: string) => `CLUSTER SETSLOT ${slot} NODE ${target}`;
  return [
    form(to, (slot) => `CLUSTER SETSLOT ${slot} IMPORTING ${source}`),
    form(from, (slot) => `CLUSTER SETSLOT ${slot} MIGRATING ${target}`),
    { ...form(from, migrate(facts, target)), keysOf: (slot) => facts.slotKeys[source]?.[slot] },
    form(to, take),
    form(from, take),
    { at: others.map(([, { at }]) => at), many: "other primaries", text: take, slots: ranges },
  ];
}

/** One command a task, to the end that drives. */
function taskForms(step: StepOf<"move-slots">, facts: Facts, way: AtomicWay): readonly Form[] {
  const at = [addressIn(facts, drivenAt[way] === "source" ? step.source : step.target)];
  return loadsOf(facts, step).map(({ slots }) => {
    const text = startWords(way, rangesOf(slots.map(({ slot }) => slot)), step.target).join(" ");
    return { at, text: () => text };
  });
}

function migrate(facts: Facts, target: NodeId): Form["text"] {
  // I12: at most half of node timeout.
  const ms = `<ms, at most ${Math.floor(facts.topology.nodeTimeoutMs / 2)}>`;
  const auth = facts.cluster.hasSecrets ? "AUTH2 <user> <password> " : "";
  const at = hostAndPort(facts, target);
  return (slot) => `MIGRATE ${at} "" 0 ${ms} ${auth}KEYS <keys of slot ${slot}<about>>`;
}

function hostAndPort(facts: Facts, id: NodeId): string {
  const endpoint =
    facts.candidates.find((c) => c.id === id)?.endpoint ?? facts.topology.nodes.find((n) => n.id === id)?.endpoint;
  return endpoint ? `${endpoint.host} ${endpoint.port}` : id.slice(0, 8);
}
