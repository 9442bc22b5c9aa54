import type { Endpoint, NodeLabels } from "@/lib/cluster/node";

/**
 * What a person types to say how a cluster is reached, read line by line. Each reader gives the values, or the first
 * piece of text that it could not read, so that the form can name it.
 */
export type Read<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly text: string };

/** `host:port` or `[v6]:port`. */
export function readEndpoint(text: string): Endpoint | undefined {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^\s:[\]/]+)):(\d{1,5})$/.exec(text.trim());
  const port = Number(match?.[3]);
  if (!match || port < 1 || port > 65535) return undefined;
  return { host: match[1] ?? match[2] ?? "", port };
}

function readEach<T>(pieces: readonly string[], read: (piece: string) => T | undefined): Read<readonly T[]> {
  const out: T[] = [];
  for (const piece of pieces) {
    const value = read(piece);
    if (value === undefined) return { ok: false, text: piece };
    out.push(value);
  }
  return { ok: true, value: out };
}

const linesOf = (text: string) =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);

export const readSeeds = (text: string): Read<readonly Endpoint[]> =>
  readEach(text.split(/[\s,;]+/).filter(Boolean), readEndpoint);

export type AddressPair = { readonly announced: Endpoint; readonly dial: Endpoint };

export const readAddressMap = (text: string): Read<readonly AddressPair[]> =>
  readEach(linesOf(text), (line) => {
    const [left = "", right = "", ...more] = line.split(/\s*(?:->|→|=>|,|\s)\s*/).filter(Boolean);
    const announced = readEndpoint(left);
    const dial = readEndpoint(right);
    return announced && dial && more.length === 0 ? { announced, dial } : undefined;
  });

export function readLabels(text: string): Read<Readonly<Record<string, NodeLabels>>> {
  const read = readEach(linesOf(text), (line) => {
    const [address = "", ...pairs] = line.split(/\s+/);
    if (!readEndpoint(address) || pairs.length === 0) return undefined;
    const labels: Record<string, string> = {};
    for (const pair of pairs) {
      const match = /^(host|rack|zone)=(\S+)$/.exec(pair);
      if (!match) return undefined;
      labels[match[1] as string] = match[2] as string;
    }
    return [address, labels as NodeLabels] as const;
  });
  return read.ok ? { ok: true, value: Object.fromEntries(read.value) } : read;
}
