import { countSlots, eachSlot, formatRanges } from "@/lib/cluster/slots";
import type { Form } from "./command-form";
import { commandForms } from "./command-forms";
import type { Facts } from "./facts";
import type { Step } from "./step";
import type { MoveWay } from "./way";

/**
 * Every command of a plan that changes the cluster, as it is sent (R23): `node> command`. MIGRATE stands as one
 * template a slot; which keys it names is known only when they are listed. A plan with more commands than WRITTEN_OUT
 * is folded: one line a form, with its slots, and above MOST lines the end is only counted.
 */
const WRITTEN_OUT = 200;
const MOST = 1000;
/** Nodes are listed one by one up to here. */
const LISTED = 8;

export type RawCommands = { readonly raw: readonly string[]; readonly rawCount: number };

export function rawCommands(facts: Facts, steps: readonly Step[], way: MoveWay = "setslot"): RawCommands {
  const forms = commandForms(facts, steps, way);
  const rawCount = forms.flat().reduce((sum, form) => sum + timesOf(form), 0);
  if (rawCount <= WRITTEN_OUT) return { raw: forms.flatMap(writtenOut), rawCount };
  const lines = forms.flat().flatMap(folded);
  const more = lines.length - MOST;
  return { raw: more > 0 ? [...lines.slice(0, MOST), `# and ${more} more lines of the same kind`] : lines, rawCount };
}

const timesOf = ({ at, slots }: Form): number => at.length * (slots ? countSlots(slots) : 1);

/** Forms that repeat for a slot are interleaved: all calls for one slot, then all for the next. */
function writtenOut(forms: readonly Form[]): readonly string[] {
  const send = (form: Form, slot: string, about = "") =>
    form.at.map((node) => `${node}> ${form.text(slot).replace("<about>", about)}`);
  const repeated = forms.filter((form) => form.slots);
  const slots = [...eachSlot(repeated[0]?.slots ?? [])];
  return [
    ...forms.filter((form) => !form.slots).flatMap((form) => send(form, "")),
    ...slots.flatMap((slot) =>
      repeated.flatMap((form) => {
        const keys = form.keysOf?.(slot) ?? -1;
        return send(form, String(slot), keys < 0 ? "" : `, about ${keys}`);
      }),
    ),
  ];
}

function folded({ at, many, text, slots }: Form): readonly string[] {
  const nodes = at.length > LISTED && many ? [`<each of ${at.length} ${many}>`] : at;
  const command = text("<slot>").replace("<about>", "");
  const each = slots ? `  # for each of ${countSlots(slots)} slots: ${formatRanges(slots, "-")}` : "";
  return nodes.map((node) => `${node}> ${command}${each}`);
}
