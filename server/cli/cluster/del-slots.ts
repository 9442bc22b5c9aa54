import { changes } from "./change";
import { slotsAsked } from "./slots-given";

export const delSlots = changes({
  check: slotsAsked,
  wish: ({ asked }) => ({ verb: "del-slots", ranges: slotsAsked(asked) }),
});
