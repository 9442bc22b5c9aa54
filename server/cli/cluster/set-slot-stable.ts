import { changes } from "./change";
import { slotsAsked } from "./slots-given";

export const setSlotStable = changes({
  check: slotsAsked,
  wish: ({ asked }) => ({ verb: "set-slot-stable", ranges: slotsAsked(asked) }),
});
