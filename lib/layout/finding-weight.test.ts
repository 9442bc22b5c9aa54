import { describe, expect, it } from "vitest";
import type { Finding } from "@/lib/cluster/finding";
import { weightOf } from "./finding-weight";

const open: Finding = {
  key: "slot-open:a:b",
  code: "slot-open",
  severity: "warn",
  nodeIds: [],
  ranges: [[5, 9]],
  details: {},
  sinceMs: 1,
};

describe("weightOf", () => {
  it("takes open slots lightly only while our own operation moves them", () => {
    const running = { id: 3, verb: "reshard", state: "running", openSlots: 5 } as const;
    expect(weightOf(open, running)).toBe("note");
    expect(weightOf(open, { ...running, state: "paused" })).toBe("warn");
    expect(weightOf(open, undefined)).toBe("warn");
    expect(weightOf({ ...open, severity: "bad" }, running)).toBe("bad");
    expect(weightOf({ ...open, code: "views-differ" }, running)).toBe("warn");
  });
});
