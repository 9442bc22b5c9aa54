import {
  AT,
  type Body,
  EXTENSION_HEAD_BYTES,
  type Frame,
  GOSSIP_BYTES,
  type Gossip,
  HAS_EXTENSIONS,
  HEAD_BYTES,
  type Head,
  HOSTNAME_EXTENSION,
  ID_BYTES,
  KINDS,
  SIGNATURE,
  VERSION,
} from "./frame";
import { SLOT_BYTES } from "./slot-bits";

/** One message, ready to be sent. Its hostname, where there is one, ends with a zero byte and is padded to eight. */
export function encodeFrame({ head, body }: Frame): Buffer {
  const length = HEAD_BYTES + bodyBytes(body);
  const bytes = Buffer.alloc(length);
  bytes.write(SIGNATURE, "latin1");
  bytes.writeUInt32BE(length, AT.length);
  bytes.writeUInt16BE(VERSION, AT.version);
  bytes.writeUInt16BE(KINDS.indexOf(body.kind), AT.kind);
  writeHead(bytes, head);
  writeBody(bytes, body);
  return bytes;
}

function bodyBytes(body: Body): number {
  switch (body.kind) {
    case "ping":
    case "pong":
    case "meet":
      return body.gossip.length * GOSSIP_BYTES + (body.hostname ? extensionBytes(body.hostname) : 0);
    case "fail":
      return ID_BYTES;
    case "publish":
    case "publishshard":
      return 8 + body.channel.length + body.message.length;
    case "update":
      return 8 + ID_BYTES + SLOT_BYTES;
    case "module":
      throw new RangeError("this node has no modules: it sends no messages of theirs");
    case "auth-req":
    case "auth-ack":
    case "mfstart":
      return 0;
  }
}

const extensionBytes = (hostname: string): number => EXTENSION_HEAD_BYTES + Math.ceil((hostname.length + 1) / 8) * 8;

function writeHead(bytes: Buffer, head: Head): void {
  bytes.write(head.sender, AT.sender, "latin1");
  if (head.primary !== undefined) bytes.write(head.primary, AT.primary, "latin1");
  writeNumber(bytes, head.currentEpoch, AT.currentEpoch);
  writeNumber(bytes, head.configEpoch, AT.configEpoch);
  bytes.writeBigInt64BE(BigInt(head.offset), AT.offset);
  head.slots.copy(bytes, AT.slots);
  bytes.write(head.ip, AT.ip, "latin1");
  bytes.writeUInt16BE(head.port, AT.port);
  bytes.writeUInt16BE(head.plainPort, AT.plainPort);
  bytes.writeUInt16BE(head.busPort, AT.busPort);
  bytes.writeUInt16BE(head.flags, AT.flags);
  bytes[AT.isDown] = head.isDown ? 1 : 0;
  bytes[AT.marks] = head.marks;
}

function writeBody(bytes: Buffer, body: Body): void {
  const at = HEAD_BYTES;
  switch (body.kind) {
    case "ping":
    case "pong":
    case "meet":
      bytes.writeUInt16BE(body.gossip.length, AT.count);
      for (const [index, entry] of body.gossip.entries()) writeGossip(bytes, entry, at + index * GOSSIP_BYTES);
      if (body.hostname) writeHostname(bytes, body.hostname, at + body.gossip.length * GOSSIP_BYTES);
      return;
    case "fail":
      bytes.write(body.about, at, "latin1");
      return;
    case "publish":
    case "publishshard":
      bytes.writeUInt32BE(body.channel.length, at);
      bytes.writeUInt32BE(body.message.length, at + 4);
      body.channel.copy(bytes, at + 8);
      body.message.copy(bytes, at + 8 + body.channel.length);
      return;
    case "update":
      writeNumber(bytes, body.configEpoch, at);
      bytes.write(body.about, at + 8, "latin1");
      body.slots.copy(bytes, at + 8 + ID_BYTES);
      return;
    case "module":
    case "auth-req":
    case "auth-ack":
    case "mfstart":
      return;
  }
}

function writeGossip(bytes: Buffer, entry: Gossip, at: number): void {
  bytes.write(entry.id, at, "latin1");
  bytes.writeUInt32BE(entry.pingSentSec, at + 40);
  bytes.writeUInt32BE(entry.pongReceivedSec, at + 44);
  bytes.write(entry.ip, at + 48, "latin1");
  bytes.writeUInt16BE(entry.port, at + 94);
  bytes.writeUInt16BE(entry.busPort, at + 96);
  bytes.writeUInt16BE(entry.flags, at + 98);
  bytes.writeUInt16BE(entry.plainPort, at + 100);
}

function writeHostname(bytes: Buffer, hostname: string, at: number): void {
  bytes[AT.marks] = (bytes[AT.marks] ?? 0) | HAS_EXTENSIONS;
  bytes.writeUInt16BE(1, AT.extensions);
  bytes.writeUInt32BE(extensionBytes(hostname), at);
  bytes.writeUInt16BE(HOSTNAME_EXTENSION, at + 4);
  bytes.write(hostname, at + EXTENSION_HEAD_BYTES, "latin1");
}

function writeNumber(bytes: Buffer, value: number, at: number): void {
  bytes.writeUInt32BE(Math.floor(value / 2 ** 32), at);
  bytes.writeUInt32BE(value % 2 ** 32, at + 4);
}
