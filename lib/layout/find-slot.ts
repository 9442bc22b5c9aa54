import { hashTag, keySlot } from "@/lib/cluster/key-slot";
import { parseRanges, SLOT_COUNT, type Slot, type SlotRanges } from "@/lib/cluster/slots";

/** What was typed into the search of the map. */
export type Found =
  | { readonly kind: "nothing" }
  | { readonly kind: "slot"; readonly slot: Slot }
  | { readonly kind: "ranges"; readonly ranges: SlotRanges }
  /** `tag` is the part that is hashed: the whole key, or what stands between its first braces. */
  | {
      readonly kind: "key";
      readonly key: string;
      readonly tag: string;
      readonly isTagged: boolean;
      readonly slot: Slot;
    };

function foundKey(key: string): Found {
  const bytes = new TextEncoder().encode(key);
  const hashed = hashTag(bytes);
  const isTagged = hashed.length !== bytes.length;
  return { kind: "key", key, isTagged, tag: isTagged ? new TextDecoder().decode(hashed) : key, slot: keySlot(bytes) };
}

/** A number up to 16383 is a slot, `a-b` or a list are ranges, all else is a key. In quotes it is always a key. */
export function findSlot(typed: string): Found {
  const text = typed.trim();
  if (text === "") return { kind: "nothing" };
  const quoted = /^"(.+)"$/.exec(text)?.[1];
  if (quoted !== undefined) return foundKey(quoted);
  if (/^\d{1,5}$/.test(text) && Number(text) < SLOT_COUNT) return { kind: "slot", slot: Number(text) };
  const ranges = parseRanges(text);
  return ranges && ranges.length > 0 ? { kind: "ranges", ranges } : foundKey(typed.trimStart());
}
