/**
 * Messages of the cluster bus, version 1, as redis 7.0 speaks it: a head of 2256 bytes, all numbers in network order,
 * then what the kind asks for. Offsets are those that redis asserts for its own structure.
 */
export const KINDS = [
  "ping",
  "pong",
  "meet",
  "fail",
  "publish",
  "auth-req",
  "auth-ack",
  "update",
  "mfstart",
  "module",
  "publishshard",
] as const;
export type FrameKind = (typeof KINDS)[number];

export const AT = {
  length: 4,
  version: 8,
  port: 10,
  kind: 12,
  count: 14,
  currentEpoch: 16,
  configEpoch: 24,
  offset: 32,
  sender: 40,
  slots: 80,
  primary: 2128,
  ip: 2168,
  extensions: 2214,
  plainPort: 2246,
  busPort: 2248,
  flags: 2250,
  isDown: 2252,
  marks: 2253,
} as const;
export const HEAD_BYTES = 2256;
export const SIGNATURE = "RCmb";
export const VERSION = 1;
export const ID_BYTES = 40;
export const IP_BYTES = 46;
export const GOSSIP_BYTES = 104;
export const EXTENSION_HEAD_BYTES = 8;
export const HOSTNAME_EXTENSION = 0;

/** The first byte of the marks. */
export const PAUSED = 1;
export const FORCE_ACK = 2;
export const HAS_EXTENSIONS = 4;

export type Head = {
  readonly sender: string;
  /** IDs are 40 hex digits. Undefined: the sender is a primary. */
  readonly primary: string | undefined;
  readonly currentEpoch: number;
  /** A replica tells its primary's. */
  readonly configEpoch: number;
  readonly offset: number;
  /** 2048 bytes: its own slots, or its primary's. */
  readonly slots: Buffer;
  /** Empty: the address that it is seen under. */
  readonly ip: string;
  readonly port: number;
  readonly plainPort: number;
  readonly busPort: number;
  readonly flags: number;
  readonly isDown: boolean;
  /** PAUSED, FORCE_ACK. */
  readonly marks: number;
};

export type Gossip = {
  readonly id: string;
  /** Unix seconds; 0: never, or nothing is waited for. */
  readonly pingSentSec: number;
  readonly pongReceivedSec: number;
  readonly ip: string;
  readonly port: number;
  readonly plainPort: number;
  readonly busPort: number;
  readonly flags: number;
};

export type Body =
  | {
      readonly kind: "ping" | "pong" | "meet";
      readonly gossip: readonly Gossip[];
      readonly hostname: string | undefined;
    }
  | { readonly kind: "fail"; readonly about: string }
  | { readonly kind: "publish" | "publishshard"; readonly channel: Buffer; readonly message: Buffer }
  | { readonly kind: "update"; readonly about: string; readonly configEpoch: number; readonly slots: Buffer }
  /** Modules are not here: taken, and dropped. */
  | { readonly kind: "module" }
  | { readonly kind: "auth-req" | "auth-ack" | "mfstart" };

export type Frame = { readonly head: Head; readonly body: Body };

/** The bytes are no message of this protocol. Broken: nothing after them can be read either. */
export class FrameRefusal extends Error {
  readonly isBroken: boolean;
  constructor(sentence: string, { isBroken }: { readonly isBroken: boolean }) {
    super(sentence);
    this.isBroken = isBroken;
  }
}

/** What may stand in the text of nodes.conf: no blank, no line end, no comma. */
export const isAddressText = (text: string): boolean => /^[0-9A-Za-z.:%_-]{0,45}$/.test(text);
export const isHostname = (text: string): boolean => /^[0-9A-Za-z.-]{0,255}$/.test(text);
export const isId = (text: string): boolean => /^[0-9a-f]{40}$/.test(text);
