import type { MoveJournal, UnsettledWindow } from "@/server/migrate/mover";

/** The journal as one step sees it. */
export type StepJournal = MoveJournal & {
  /** Windows of this step whose outcome is not known. */
  readonly unsettled: () => readonly UnsettledWindow[];
};
