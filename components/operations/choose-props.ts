import type { Topology } from "@/lib/cluster/topology";
import type { WishDraft } from "@/lib/wire/wizard-link";

export type ChooseProps = {
  readonly draft: WishDraft;
  /** Absent for create, which has no cluster yet. */
  readonly topology: Topology | undefined;
  readonly onChange: (draft: WishDraft) => void;
};
