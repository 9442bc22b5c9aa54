import { decodeValue } from "@/server/rdb/decode";
import { encodeValue } from "@/server/rdb/encode";
import { RDB_VERSION, type ValueCodec } from "../value-codec";

/** For nodes of strings alone. */
export const stringCodec: ValueCodec = {
  encode(value) {
    if (value.type !== "string") throw new TypeError(`a node of strings holds a ${value.type}`);
    return encodeValue({ type: "string", bytes: value.bytes }, RDB_VERSION).value;
  },
  decode(raw) {
    const value = decodeValue(raw);
    if (value?.type !== "string") throw new TypeError(`a node of strings was sent type ${raw.type}`);
    return { type: "string", bytes: Buffer.from(value.bytes) };
  },
};
