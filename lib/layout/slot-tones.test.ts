import { describe, expect, it } from "vitest";
import { SLOT_COUNT } from "@/lib/cluster/slots";
import { fullCount, keySteps } from "./slot-keys";
import { sceneOf } from "./slot-scene";
import { sketch } from "./slot-scene.fixture";
import { shardOfTone, tonesOf, toneTable } from "./slot-tones";

const counts = Array.from({ length: SLOT_COUNT }, (_, slot) => (slot === 0 ? 0 : 20));
const owned = sketch({ ranges: [[0, 8191]] }, { ranges: [[8192, 16383]] });
const tones = (topology = owned, layer: "owner" | "keys" = "owner") => {
  const scene = sceneOf({ topology, counts });
  return tonesOf({ scene, layer, steps: keySteps(counts), full: fullCount(counts) });
};
/** Red, green, blue of a tone in the dark theme. */
const rgb = (tone: number | undefined) => {
  const packed = toneTable("dark", 2)[tone ?? 0] ?? 0;
  return [packed & 255, (packed >> 8) & 255, (packed >> 16) & 255];
};

describe("the tones of the map", () => {
  it("keep the shard of a slot readable", () => {
    expect([1, 8191, 8192].map((slot) => shardOfTone(tones()[slot] ?? 0))).toEqual([1, 1, 2]);
  });

  it("draw an empty slot fainter than one with keys, in the same hue", () => {
    const [empty, full] = [rgb(tones()[0]), rgb(tones()[1])];
    expect(empty[2]).toBeLessThan(full[2] ?? 0);
    expect(empty[2]).toBeGreaterThan(empty[0] ?? 0);
  });

  it("show whose a slot is, as strong as any, in a cluster without a single key", () => {
    const none = new Array<number>(SLOT_COUNT).fill(0);
    const scene = sceneOf({ topology: owned, counts: none });
    const bare = tonesOf({ scene, layer: "owner", steps: keySteps(none), full: fullCount(none) });
    expect(rgb(bare[0])[2]).toBeGreaterThan((rgb(tones()[0])[2] ?? 0) + 60);
  });

  it("mark the pattern by fainter cells, and leave the solid shard plain", () => {
    expect(new Set(tones().slice(1, 8192)).size).toBe(1);
    expect(new Set(tones().slice(8192)).size).toBe(2);
  });

  it("never draw a slot without owner, or of a dead one, like a healthy one", () => {
    const silent = { kind: "silent", sinceMs: 1, code: "ETIMEDOUT", message: "" } as const;
    const broken = sketch({ ranges: [[0, 8191]] }, { ranges: [[8192, 16000]], node: { answer: silent } });
    const healthy = new Set(tones());
    for (const layer of ["owner", "keys"] as const)
      for (const tone of tones(broken, layer).slice(8192)) expect(healthy.has(tone)).toBe(false);
  });

  it("change nowhere but where a slot changed", () => {
    const before = tones();
    const after = tones(sketch({ ranges: [[0, 8189]] }, { ranges: [[8190, 16383]] }));
    expect([...before.keys()].filter((slot) => before[slot] !== after[slot])).toEqual([8190, 8191]);
  });
});
