/** A node's own words taken apart for explanation, nothing left out and nothing reordered. */
export type InfoLine = {
  readonly name: string;
  readonly value: string;
  /** cluster_stats_messages_<kind>_<direction> */
  readonly message?: { readonly kind: string; readonly direction: string };
};

export function readInfoLines(raw: string): readonly InfoLine[] {
  return raw
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line.includes(":"))
    .map((line) => {
      const cut = line.indexOf(":");
      const name = line.slice(0, cut);
      const match = /^cluster_stats_messages_(.+)_(sent|received)$/.exec(name);
      return {
        name,
        value: line.slice(cut + 1),
        ...(match ? { message: { kind: match[1] as string, direction: match[2] as string } } : {}),
      };
    });
}

export const lineFields = ["id", "address", "flags", "primary", "ping", "pong", "epoch", "link", "slots"] as const;
export type LineField = (typeof lineFields)[number];

/** One CLUSTER NODES line, field by field; the slots are what is left, `—` when there are none. */
export function splitNodesLine(line: string): readonly { readonly field: LineField; readonly text: string }[] {
  const parts = line.trim().split(/\s+/);
  return lineFields.map((field, i) => ({
    field,
    text: (field === "slots" ? parts.slice(i).join(" ") : parts[i]) || "—",
  }));
}
