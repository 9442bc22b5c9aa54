import type { NodeId } from "@/lib/cluster/node";
import { nameOf } from "../members";
import { bytesOf, NODE_TIMEOUT, settingOf } from "../settings";
import type { Setting } from "../wish";
import { noOtherOperation, rights, secondWriterSeen } from "./cluster-rows";
import type { Context } from "./context";
import { fails, failuresOr, hold, note, passes, type Row, refuse } from "./line";

type SettingsOf = (id: NodeId) => readonly Setting[];

/** Never needs that all nodes serve: a setting may be what brings them back. */
export const configTable = (settingsOf: SettingsOf): readonly Row[] => [
  refuse(noOtherOperation),
  refuse(settingsKnown(settingsOf)),
  refuse(rights),
  hold(timeoutLow(settingsOf)),
  hold(memoryBelowUse(settingsOf)),
  note(targetsAbsent),
  note(settingsKept),
  note(settingsAlike(settingsOf)),
  note(secondWriterSeen),
];

export const settingsKnown =
  (settingsOf: SettingsOf, only?: readonly NodeId[]): Row["check"] =>
  ({ facts, involved }) => {
    const asked = only ?? involved;
    const failures = asked.flatMap((id) => {
      const unknown = settingsOf(id).flatMap(({ name }) => (settingOf(facts, id, name) === undefined ? [name] : []));
      return unknown.length === 0
        ? []
        : [fails("settings-known", { node: nameOf(facts.topology, id), settings: unknown })];
    });
    return failuresOr(failures, passes("settings-known", { nodes: asked.length }));
  };

/** Below a second a node that forks or swaps is taken for dead. */
const LOW_MS = 1000;

const timeoutLow =
  (settingsOf: SettingsOf): Row["check"] =>
  ({ involved }) => {
    const asked = involved.flatMap((id) => settingsOf(id).filter(({ name }) => name === NODE_TIMEOUT));
    if (asked.length === 0) return [];
    const ms = Math.min(...asked.map(({ value }) => Number(value)));
    return [ms < LOW_MS ? fails("timeout-low", { ms }) : passes("timeout-low", { ms })];
  };

const memoryBelowUse =
  (settingsOf: SettingsOf): Row["check"] =>
  ({ facts, involved }) => {
    const asked = involved.filter((id) => settingsOf(id).some(({ name }) => name === "maxmemory"));
    if (asked.length === 0) return [];
    const failures = asked.flatMap((id) => {
      const value = settingsOf(id).find(({ name }) => name === "maxmemory")?.value ?? "0";
      const usedBytes = facts.nodes[id]?.usedBytes ?? 0;
      const maxBytes = bytesOf(value);
      if (maxBytes === undefined || maxBytes === 0 || maxBytes >= usedBytes) return [];
      return [fails("memory-below-use", { node: nameOf(facts.topology, id), usedBytes, maxBytes })];
    });
    return failuresOr(failures, passes("memory-below-use", {}));
  };

export function targetsAbsent({ facts, absent, involved }: Context) {
  const nodes = absent.map((id) => nameOf(facts.topology, id));
  return [nodes.length > 0 ? fails("targets-absent", { nodes }) : passes("targets-absent", { nodes: involved.length })];
}

function settingsKept({ facts, involved }: Context) {
  const nodes = involved.flatMap((id) => (facts.settings?.[id]?.hasFile ? [] : [nameOf(facts.topology, id)]));
  return [nodes.length > 0 ? fails("settings-kept", { nodes }) : passes("settings-kept", { nodes: involved.length })];
}

/** What differed from node to node before, as far as it is told. */
const settingsAlike =
  (settingsOf: SettingsOf): Row["check"] =>
  ({ facts, involved }) => {
    const names = [...new Set(involved.flatMap((id) => settingsOf(id).map(({ name }) => name)))];
    const failures = names.flatMap((name) => {
      const values = [...new Set(involved.flatMap((id) => settingOf(facts, id, name) ?? []))];
      return values.length > 1 ? [fails("settings-alike", { name, values: values.slice(0, SHOWN) })] : [];
    });
    return failuresOr(failures, passes("settings-alike", {}));
  };

const SHOWN = 6;
