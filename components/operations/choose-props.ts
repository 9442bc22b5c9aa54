import type { Topology } from "@/lib/cluster/topology";
import type { WishDraft } from "@/lib/wire/wizard-link";

/** The draft with these choices; one that is undefined is taken back. */
export function changed(draft: WishDraft, change: Readonly<Record<string, unknown>>): WishDraft {
  const choices = Object.entries({ ...draft, ...change }).filter(([, value]) => value !== undefined);
  return { ...Object.fromEntries(choices), verb: draft.verb };
}

export type ChooseProps = {
  readonly draft: WishDraft;
  /** Absent for create, which has no cluster yet. */
  readonly topology: Topology | undefined;
  readonly onChange: (draft: WishDraft) => void;
};
