import { keySlot } from "@/lib/cluster/key-slot";
import type { Slot } from "@/lib/cluster/slots";
import { nameOf } from "./damage";
import { dumpOf } from "./dump";
import type { Loss } from "./losses";
import { accepted, recode, type Target } from "./recode";
import type { KeyFacts, KeyRecord, RdbRecord } from "./records";
import { familyOf } from "./types";

/** One RESTORE: `RESTORE key ttl payload ABSTTL`, IDLETIME or FREQ with it where they are known. */
export type Restorable = KeyFacts & {
  readonly slot: Slot;
  readonly payload: Buffer;
  readonly dropped: readonly Loss[];
};

/** Redis 8.6 and later, no Valkey. */
export const readsMeta = (version: number): boolean => version >= 13 && familyOf(version) === "redis";

export function restorable(record: KeyRecord, target: Target): Restorable {
  const { db, key, expiresAtMs, idleSeconds, frequency, meta } = record;
  const name = nameOf(key);
  const { value, dropped } = recode(record.value, target, name);
  const isMetaLost = meta !== undefined && !readsMeta(target.version);
  const lost = isMetaLost ? accepted(["key-metadata"], target, name) : [];
  const payload = dumpOf(value, target.version, isMetaLost ? undefined : meta);
  return { db, key, expiresAtMs, idleSeconds, frequency, slot: keySlot(key), payload, dropped: [...dropped, ...lost] };
}

export type RestoreOptions = Target & { readonly wants?: ((slot: Slot, key: Buffer) => boolean) | undefined };

/** The keys of an RDB file that are wanted, in its order, ready to be restored; what is no key is passed over. */
export async function* restorables(
  records: AsyncIterable<RdbRecord>,
  { wants = () => true, ...target }: RestoreOptions,
): AsyncGenerator<Restorable> {
  for await (const record of records)
    if (record.kind === "key" && wants(keySlot(record.key), record.key)) yield restorable(record, target);
}
