import { lookup } from "node:dns/promises";
import { BlockList, isIP } from "node:net";
import { networkInterfaces } from "node:os";
import { type Endpoint, formatEndpoint } from "@/lib/cluster/node";
import { OpsError } from "@/lib/errors";
import type { Resolve } from "@/server/link";

/**
 * Where this console may connect to. One policy for addresses that a person enters and for those that a cluster names
 * (SECURITY 21): a hostile cluster must not make the console knock at doors inside its network.
 *
 * 1. The name is resolved first; forms like `2852039166` or `0xa9.254.0251.254` are names here, and what the resolver
 *    makes of them is judged. IPv6 that carries an IPv4 address (mapped, NAT64, 6to4) is judged as that address.
 * 2. Never: link-local, metadata services, multicast, reserved, 0/8, and the console's own listener.
 * 3. With `allowNets`, only what lies in one of those networks; else loopback, private and public unicast.
 * 4. The answer is an IP, and that IP is connected to: a name that changes its mind in between gains nothing.
 */
export class AddressPolicy {
  readonly #allowed: BlockList | undefined;
  readonly #own: Endpoint[] = [];

  constructor({ allowNets }: { readonly allowNets?: string | undefined } = {}) {
    this.#allowed = allowNets === undefined ? undefined : netsOf(allowNets);
  }

  /** The console's own listener: never a node. */
  block(endpoint: Endpoint): void {
    this.#own.push(endpoint);
  }

  readonly resolve: Resolve = async (endpoint) => {
    const host = endpoint.host.replace(/^\[(.*)\]$/, "$1");
    if (host === "" || endpoint.port < 1) throw noAddress(endpoint);
    const found = isIP(host) ? [host] : await addressesOf(host, endpoint);
    const good = found.find((ip) => this.#permits(ip, endpoint.port));
    if (good !== undefined) return good;
    const ip = found[0] ?? host;
    throw new OpsError({
      code: "refused",
      sentence: "addressNotAllowed",
      message: `${formatEndpoint(endpoint)} (${ip}) is not an address that this console may connect to: it is link-local, a metadata service, multicast, reserved, the console itself, or outside SHARDBOARD_ALLOW_NETS.`,
      details: { endpoint: formatEndpoint(endpoint), ip },
    });
  };

  #permits(ip: string, port: number): boolean {
    const plain = embedded(ip.replace(/%.*$/, ""));
    const family = isIP(plain) === 4 ? "ipv4" : "ipv6";
    if (NEVER.check(plain, family)) return false;
    if (this.#own.some((own) => own.port === port) && isOwnAddress(plain, family)) return false;
    return this.#allowed ? this.#allowed.check(plain, family) : true;
  }
}

const NEVER = netsOf(
  [
    "0.0.0.0/8",
    "169.254.0.0/16",
    "224.0.0.0/4",
    "240.0.0.0/4",
    "100.100.100.200/32",
    "168.63.129.16/32",
    "192.0.0.192/32",
    "::/128",
    "fe80::/10",
    "fec0::/10",
    "ff00::/8",
    "fd00:ec2::254/128",
    "fd20:ce::254/128",
  ].join(),
);

function netsOf(text: string): BlockList {
  const list = new BlockList();
  for (const part of text.split(/[\s,;]+/).filter(Boolean)) {
    const [address = "", bits] = part.split("/");
    const version = isIP(address);
    const prefix = bits === undefined ? (version === 4 ? 32 : 128) : Number(bits);
    if (version === 0 || !Number.isInteger(prefix) || prefix < 0 || prefix > (version === 4 ? 32 : 128))
      throw new OpsError({
        code: "invalid",
        sentence: "settingInvalid",
        message: `SHARDBOARD_ALLOW_NETS: ${part} is not a network such as 10.0.0.0/8`,
        details: { name: "SHARDBOARD_ALLOW_NETS", what: `has ${part}, which is not a network such as 10.0.0.0/8` },
      });
    list.addSubnet(address, prefix, version === 4 ? "ipv4" : "ipv6");
  }
  return list;
}

/** The IPv4 address inside ::ffff:a.b.c.d, ::a.b.c.d, 64:ff9b::a.b.c.d and 2002:abcd::; other addresses as they are. */
function embedded(ip: string): string {
  if (isIP(ip) !== 6) return ip;
  const groups = expand(ip);
  const v4 = (high: number, low: number) => [high >> 8, high & 255, low >> 8, low & 255].join(".");
  const [a = 0, b = 0] = groups;
  const [high = 0, low = 0] = groups.slice(6);
  const leading = groups.slice(0, 5).every((group) => group === 0);
  if (leading && groups[5] === 0xffff) return v4(high, low);
  if (leading && groups[5] === 0 && high !== 0) return v4(high, low);
  if (a === 0x64 && b === 0xff9b) return v4(high, low);
  if (a === 0x2002) return v4(b, groups[2] ?? 0);
  return ip;
}

function expand(ip: string): number[] {
  const dotted = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(ip);
  const [, lead = "", w, x, y, z] = dotted ?? [];
  const hex = (high: string | undefined, low: string | undefined) => (Number(high) * 256 + Number(low)).toString(16);
  const text = dotted ? `${lead}${hex(w, x)}:${hex(y, z)}` : ip;
  const [head = "", tail] = text.split("::");
  const parts = (half: string) => (half === "" ? [] : half.split(":").map((group) => Number.parseInt(group, 16)));
  const left = parts(head);
  const right = tail === undefined ? [] : parts(tail);
  return [...left, ...new Array<number>(Math.max(0, 8 - left.length - right.length)).fill(0), ...right];
}

function isOwnAddress(ip: string, family: "ipv4" | "ipv6"): boolean {
  if (family === "ipv4" ? ip.startsWith("127.") : ip === "::1") return true;
  const here = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  const list = new BlockList();
  for (const { address, family: kind } of here)
    list.addAddress(address.replace(/%.*$/, ""), kind === "IPv4" ? "ipv4" : "ipv6");
  return list.check(ip, family);
}

async function addressesOf(host: string, endpoint: Endpoint): Promise<readonly string[]> {
  try {
    const found = await lookup(host, { all: true, verbatim: true });
    return found.map(({ address }) => address);
  } catch (cause) {
    const reason = cause instanceof Error && "code" in cause ? String(cause.code) : String(cause);
    throw new OpsError({
      code: "unreachable",
      sentence: "nameNotFound",
      message: `The name ${host} was not found (${reason}), so ${formatEndpoint(endpoint)} cannot be reached. Check its spelling, or give the address.`,
      details: { host, endpoint: formatEndpoint(endpoint), reason },
      cause,
    });
  }
}

function noAddress(endpoint: Endpoint): OpsError {
  return new OpsError({
    code: "unreachable",
    sentence: "noAddress",
    message: `${formatEndpoint(endpoint)} is no address: nobody in the cluster knows where this node is.`,
    details: { endpoint: formatEndpoint(endpoint) },
  });
}
