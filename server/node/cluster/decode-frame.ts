import {
  AT,
  type Body,
  EXTENSION_HEAD_BYTES,
  type Frame,
  type FrameKind,
  FrameRefusal,
  GOSSIP_BYTES,
  type Gossip,
  HAS_EXTENSIONS,
  HEAD_BYTES,
  type Head,
  HOSTNAME_EXTENSION,
  ID_BYTES,
  IP_BYTES,
  isAddressText,
  isHostname,
  isId,
  KINDS,
  VERSION,
} from "./frame";
import { SLOT_BYTES } from "./slot-bits";

const PUBLISH_BYTES = 8;
const UPDATE_BYTES = 8 + ID_BYTES + SLOT_BYTES;
const MODULE_BYTES = 13;

/**
 * One whole message, as BusReader cuts it. Slots, channels and messages are views of `bytes`. Undefined: a kind or a version
 * of later servers, which is passed over. Throws FrameRefusal for what is neither.
 */
export function decodeFrame(bytes: Buffer): Frame | undefined {
  if (bytes.length < HEAD_BYTES) throw refused(`${bytes.length} bytes are no message: it has at least ${HEAD_BYTES}`);
  const kind = KINDS[bytes.readUInt16BE(AT.kind)];
  if (bytes.readUInt16BE(AT.version) !== VERSION || kind === undefined) return undefined;
  const body = bodyOf(kind, bytes);
  return { head: headOf(bytes), body };
}

function headOf(bytes: Buffer): Head {
  const primary = bytes[AT.primary] === 0 ? undefined : idAt(bytes, AT.primary, "primary");
  return {
    sender: idAt(bytes, AT.sender, "sender"),
    primary,
    currentEpoch: numberAt(bytes, AT.currentEpoch, "current epoch"),
    configEpoch: numberAt(bytes, AT.configEpoch, "config epoch"),
    offset: Number(bytes.readBigInt64BE(AT.offset)),
    slots: bytes.subarray(AT.slots, AT.slots + SLOT_BYTES),
    ip: ipAt(bytes, AT.ip),
    port: bytes.readUInt16BE(AT.port),
    plainPort: bytes.readUInt16BE(AT.plainPort),
    busPort: bytes.readUInt16BE(AT.busPort),
    flags: bytes.readUInt16BE(AT.flags),
    isDown: bytes[AT.isDown] !== 0,
    marks: bytes[AT.marks] ?? 0,
  };
}

function bodyOf(kind: FrameKind, bytes: Buffer): Body {
  const at = HEAD_BYTES;
  switch (kind) {
    case "ping":
    case "pong":
    case "meet":
      return { kind, ...heartbeatOf(bytes, kind) };
    case "fail":
      expectLength(bytes, at + ID_BYTES, kind);
      return { kind, about: idAt(bytes, at, "failed node") };
    case "publish":
    case "publishshard": {
      expectAtLeast(bytes, at + PUBLISH_BYTES, kind);
      const channel = bytes.readUInt32BE(at);
      const message = bytes.readUInt32BE(at + 4);
      expectLength(bytes, at + PUBLISH_BYTES + channel + message, kind);
      const start = at + PUBLISH_BYTES;
      return { kind, channel: bytes.subarray(start, start + channel), message: bytes.subarray(start + channel) };
    }
    case "update":
      expectLength(bytes, at + UPDATE_BYTES, kind);
      return {
        kind,
        configEpoch: numberAt(bytes, at, "config epoch"),
        about: idAt(bytes, at + 8, "owner"),
        slots: bytes.subarray(at + 8 + ID_BYTES, at + UPDATE_BYTES),
      };
    case "module":
      expectAtLeast(bytes, at + MODULE_BYTES, kind);
      expectLength(bytes, at + MODULE_BYTES + bytes.readUInt32BE(at + 8), kind);
      return { kind };
    case "auth-req":
    case "auth-ack":
    case "mfstart":
      expectLength(bytes, at, kind);
      return { kind };
  }
}

function heartbeatOf(bytes: Buffer, kind: FrameKind): { gossip: Gossip[]; hostname: string | undefined } {
  const count = bytes.readUInt16BE(AT.count);
  let at = HEAD_BYTES + count * GOSSIP_BYTES;
  expectAtLeast(bytes, at, kind);
  const gossip: Gossip[] = [];
  for (let start = HEAD_BYTES; start < at; start += GOSSIP_BYTES) gossip.push(gossipAt(bytes, start));
  let hostname: string | undefined;
  const extensions = ((bytes[AT.marks] ?? 0) & HAS_EXTENSIONS) === 0 ? 0 : bytes.readUInt16BE(AT.extensions);
  for (let left = extensions; left > 0; left--) {
    expectAtLeast(bytes, at + EXTENSION_HEAD_BYTES, kind);
    const length = bytes.readUInt32BE(at);
    if (length < EXTENSION_HEAD_BYTES || length % 8 !== 0)
      throw refused(`a ${kind} with an extension of ${length} bytes, which is no multiple of eight`);
    expectAtLeast(bytes, at + length, kind);
    if (bytes.readUInt16BE(at + 4) === HOSTNAME_EXTENSION) {
      hostname = textOf(bytes.subarray(at + EXTENSION_HEAD_BYTES, at + length));
      if (!isHostname(hostname)) throw refused(`a ${kind} with a hostname of bytes that no hostname has`);
    }
    at += length;
  }
  expectLength(bytes, at, kind);
  return { gossip, hostname };
}

const gossipAt = (bytes: Buffer, at: number): Gossip => ({
  id: idAt(bytes, at, "node in gossip"),
  pingSentSec: bytes.readUInt32BE(at + 40),
  pongReceivedSec: bytes.readUInt32BE(at + 44),
  ip: ipAt(bytes, at + 48),
  port: bytes.readUInt16BE(at + 94),
  busPort: bytes.readUInt16BE(at + 96),
  flags: bytes.readUInt16BE(at + 98),
  plainPort: bytes.readUInt16BE(at + 100),
});

const refused = (sentence: string) => new FrameRefusal(`The bus brought ${sentence}.`, { isBroken: false });

function expectLength(bytes: Buffer, length: number, kind: FrameKind): void {
  if (bytes.length !== length) throw refused(`a ${kind} of ${bytes.length} bytes, which says that it has ${length}`);
}

function expectAtLeast(bytes: Buffer, length: number, kind: FrameKind): void {
  if (bytes.length < length) throw refused(`a ${kind} of ${bytes.length} bytes, which needs ${length}`);
}

/** An ID of hex digits alone: it becomes a line of nodes.conf. */
function idAt(bytes: Buffer, at: number, what: string): string {
  const id = bytes.toString("latin1", at, at + ID_BYTES);
  if (!isId(id)) throw refused(`a message whose ${what} has no ID of 40 hex digits`);
  return id;
}

function ipAt(bytes: Buffer, at: number): string {
  const ip = textOf(bytes.subarray(at, at + IP_BYTES));
  if (!isAddressText(ip)) throw refused("a message with an address of bytes that no address has");
  return ip;
}

function textOf(bytes: Buffer): string {
  const end = bytes.indexOf(0);
  return bytes.toString("latin1", 0, end < 0 ? bytes.length : end);
}

/** Epochs count from 1; one that JavaScript cannot tell from its neighbour was made up. */
function numberAt(bytes: Buffer, at: number, what: string): number {
  const value = bytes.readUInt32BE(at) * 2 ** 32 + bytes.readUInt32BE(at + 4);
  if (!Number.isSafeInteger(value)) throw refused(`a message with ${value} as its ${what}`);
  return value;
}
