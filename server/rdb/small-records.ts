import { SLOT_COUNT } from "@/lib/cluster/slots";
import type { Cursor } from "./cursor";
import { damaged } from "./damage";
import type { RdbRecord } from "./records";
import { type Family, OPCODE } from "./types";

/** What follows an opcode that stands for itself, of no key: undefined where the code is not such a one. */
export function readSmallRecord(code: number, family: Family, cursor: Cursor): RdbRecord | undefined {
  switch (code) {
    case OPCODE.resize:
      return { kind: "resize", keys: cursor.length("a count"), expiring: cursor.length("a count") };
    case OPCODE.slotInfo: {
      const slot = cursor.length("a slot");
      return { kind: "slot", slot, keys: cursor.length("a count"), expiring: cursor.length("a count") };
    }
    case OPCODE.aux: {
      const name = cursor.string("the name of an aux field").toString();
      return { kind: "aux", name, value: cursor.string("an aux field") };
    }
    case OPCODE.function:
      return { kind: "function", code: cursor.string("a function library") };
    case OPCODE.keyMetaOrSlotImport:
      return family === "valkey" ? readSlotImport(cursor) : undefined;
  }
  return undefined;
}

function readSlotImport(cursor: Cursor): RdbRecord {
  const job = cursor.string("the name of a slot import");
  const count = cursor.length("a count of slot ranges");
  if (count > SLOT_COUNT) throw damaged(cursor.offset, `a count of slot ranges up to ${SLOT_COUNT}`, String(count));
  const ranges: (readonly [number, number])[] = [];
  for (let i = 0; i < count; i++) ranges.push([cursor.length("a slot"), cursor.length("a slot")]);
  return { kind: "slot-import", job, ranges };
}
