import { diagnose, keysIn, type OwnerScan, type Trouble } from "./diagnose";
import type { Checked, Draft } from "./draft-finding";
import { countSlots } from "./slots";

/** Keys on a primary that neither owns their slot nor shows a flag: no view tells of them, only counting does. */
export function checkStrays({ topology, name }: Checked, scan: OwnerScan): Draft[] {
  const strayed = diagnose(topology, scan).filter(({ kind }) => kind === "strayed");
  const pairs = new Map<string, Trouble[]>();
  for (const one of strayed) {
    const key = `${one.other}>${one.owner}`;
    pairs.set(key, [...(pairs.get(key) ?? []), one]);
  }
  return [...pairs].flatMap(([key, troubles]): Draft[] => {
    const [first] = troubles;
    if (!first?.owner || !first.other) return [];
    const { owner, other } = first;
    const ranges = troubles.flatMap((one) => one.ranges).sort((a, b) => a[0] - b[0]);
    return [
      {
        key: `keys-unowned:${key}`,
        code: "keys-unowned",
        severity: "bad",
        nodeIds: [other, owner],
        ranges,
        details: {
          node: name(other),
          owner: name(owner),
          slots: countSlots(ranges),
          keys: troubles.reduce((sum, one) => sum + (keysIn(one, other) ?? 0), 0),
        },
        verb: "fix",
      },
    ];
  });
}
