import { rdbLosses } from "@/lib/words/en/rdb-errors";
import { refuse } from "@/server/refuse";
import { hasBorderElements } from "./borders";
import { decodeValue } from "./decode";
import { encodeValue } from "./encode";
import type { Loss } from "./losses";
import type { RawValue } from "./records";
import { familyOf, reads, typeName } from "./types";

/** Who will read it, and what may be left out for that. */
export type Target = {
  /** RDB version: see `rdbVersionOf`. */
  readonly version: number;
  readonly accepts?: readonly Loss[] | undefined;
};

export type Recoded = { readonly value: RawValue; readonly dropped: readonly Loss[] };

/**
 * The value in a form that the target reads: as it is, byte for byte, where the target knows its type; else decoded and
 * written in an older form. What would get lost is refused by name, with the key, unless it was accepted; what was
 * accepted comes back in `dropped`.
 *
 * What the target knows and might stumble over all the same (`hasBorderElements`) is written in its plain form, which has
 * no such places. Streams have no other form: there the risk is refused like a loss.
 */
export function recode(value: RawValue, target: Target, name: string): Recoded {
  const isKnown = reads(target.version, value.type, value.family);
  const isRisky = hasBorderElements(value);
  if (isKnown && !isRisky) return { value, dropped: [] };
  const plain = decodeValue(value);
  if (!plain) {
    const details = { what: name, target: targetName(target.version), form: typeName(value.type) };
    throw refuse("refused", "rdbOpaque", details);
  }
  const risks: readonly Loss[] = isRisky && plain.type === "stream" ? ["packed-borders"] : [];
  const kept = isKnown && plain.type === "stream" ? { value, losses: [] } : encodeValue(plain, target.version);
  return { value: kept.value, dropped: accepted([...kept.losses, ...risks], target, name) };
}

export function accepted(losses: readonly Loss[], { version, accepts = [] }: Target, name: string): readonly Loss[] {
  const refused = losses.find((loss) => !accepts.includes(loss));
  if (refused)
    throw refuse("refused", "rdbCannotGo", { what: name, target: targetName(version), reason: rdbLosses[refused] });
  return losses;
}

const targetName = (version: number): string =>
  `RDB version ${version} (${familyOf(version) === "valkey" ? "Valkey" : "Redis"})`;
