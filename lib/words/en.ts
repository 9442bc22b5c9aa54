import { clusters } from "./en/clusters";
import { errors } from "./en/errors";
import { findings } from "./en/findings";
import { nodes } from "./en/nodes";
import { operations } from "./en/operations";
import { overview } from "./en/overview";
import { plans } from "./en/plans";
import { proof } from "./en/proof";
import { shell } from "./en/shell";
import { slots } from "./en/slots";
import { stops } from "./en/stops";
import { timeline } from "./en/timeline";
import { topology } from "./en/topology";
import { wizards } from "./en/wizards";

/** Every sentence that a person reads, by room. Another language is another object of this type. */
export const en = {
  clusters,
  errors,
  findings,
  nodes,
  operations,
  overview,
  plans,
  proof,
  shell,
  slots,
  stops,
  timeline,
  topology,
  wizards,
} as const;

export type Words = typeof en;
