import type { Details } from "@/lib/errors";
import type { TimelineEntry } from "@/lib/wire/live";

const text = (value: Details[string] | undefined): string =>
  Array.isArray(value) ? value.join(", ") : value === undefined ? "" : String(value);
const number = (value: Details[string] | undefined): number => Number(value ?? 0);
const slots = (d: Details) => (number(d.slots) === 1 ? `slot ${text(d.ranges)}` : `${number(d.slots)} slots`);

/** One line of the timeline, by its code, filled from its details. */
export const timeline: Readonly<Record<TimelineEntry["code"], (details: Details) => string>> = {
  "node-joined": (d) => `${text(d.node)} joined as ${text(d.role)}`,
  "node-left": (d) => `${text(d.node)} is no member any more`,
  "node-silent": (d) => `${text(d.node)} stopped answering (${text(d.reason)})`,
  "node-answers": (d) => `${text(d.node)} answers again`,
  pfail: (d) => `${text(d.reporters)} cannot reach ${text(d.node)} (pfail)`,
  fail: (d) => `${text(d.node)} is marked as failed`,
  "fail-cleared": (d) => `${text(d.node)} is no longer marked as ${text(d.was)}`,
  promoted: (d) => `${text(d.node)} became primary of shard ${number(d.shard)} (epoch ${number(d.epoch)})`,
  demoted: (d) => `${text(d.node)} became replica of ${text(d.primary)}`,
  reparented: (d) => `${text(d.node)} follows ${text(d.primary)} now`,
  "slots-moved": (d) => `${slots(d)} went from ${text(d.from)} to ${text(d.to)}`,
  "slot-opened": (d) => `${slots(d)} opened from ${text(d.from)} to ${text(d.to)}`,
  "slot-closed": (d) => `${slots(d)} closed`,
  epoch: (d) => `${text(d.node)} has config epoch ${number(d.epoch)}`,
  state: (d) => `the cluster is ${text(d.state)}, it was ${text(d.was)}`,
  "views-differ": (d) => `${text(d.node)} disagrees with the others`,
  "views-agree": (d) => `${text(d.node)} agrees with the others again`,
  operation: (d) => text(d.text),
};
