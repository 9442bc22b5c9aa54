import { isOpsError } from "@/lib/errors";
import { readDump } from "@/server/rdb/dump";
import type { Target } from "@/server/rdb/recode";
import { restorable } from "@/server/rdb/restore";

/** The last version that both families write. */
const LAST_COMMON = 11;

/** Whether what one version writes is read by the other as it stands. */
export function isReadAsIs(writes: number | undefined, reads: number): boolean {
  if (writes === undefined || writes > reads) return false;
  return writes <= LAST_COMMON || writes === reads || reads < 80;
}

type Written = { readonly key: Buffer; readonly dump: Buffer; readonly writes: number | undefined };
export type Reader = { readonly version: number; readonly accepts: Target["accepts"] };

/** The DUMP as its reader takes it; undefined: it cannot be written for that without a loss that was not accepted. */
export function payloadOf({ key, dump, writes }: Written, reader: Reader): Buffer | undefined {
  if (isReadAsIs(writes, reader.version)) return dump;
  try {
    const { value, meta } = readDump(dump);
    const facts = { db: 0, key, expiresAtMs: undefined, idleSeconds: undefined, frequency: undefined };
    return restorable({ kind: "key", ...facts, value, meta }, reader).payload;
  } catch (error) {
    if (isOpsError(error) && (error.code === "refused" || error.code === "invalid")) return undefined;
    throw error;
  }
}
