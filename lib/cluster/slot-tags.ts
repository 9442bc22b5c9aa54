import { keySlot } from "./key-slot";
import { SLOT_COUNT } from "./slots";

/** The shortest hash tag of each slot, by slot: `{tag}` in a name puts the key there. Some ten milliseconds of work. */
export function slotTags(): readonly string[] {
  const found: string[] = new Array(SLOT_COUNT);
  for (let i = 0, missing = SLOT_COUNT; missing > 0; i++) {
    const tag = i.toString(36);
    const at = keySlot(tag);
    if (found[at] !== undefined) continue;
    found[at] = tag;
    missing--;
  }
  return found;
}
