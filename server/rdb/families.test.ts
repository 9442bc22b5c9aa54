import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isOpsError } from "@/lib/errors";
import type { Link } from "@/server/link";
import { nameOf } from "./damage";
import { readDump } from "./dump";
import type { Loss } from "./losses";
import { restorable } from "./restore";
import { allKeys, answersFor, ask, bufferLink } from "./testing/answers";
import { type EngineNode, engines, startEngine } from "./testing/engines";
import { fillEveryType } from "./testing/fill";
import { TYPE } from "./types";

const LOSSES: readonly Loss[] = [
  "field-expiries",
  "stream-history",
  "stream-activity",
  "stream-producers",
  "stream-released",
];
/** Of a stream, what other versions answer otherwise though the data is the same. */
const ANSWERED_BY_VERSION = /^(idmp|pids|iids|nacked|active-time|entries|pel)/;

/** Every pair of engines that differ; one engine alone has no other to restore to. */
const all = engines();
const pairs = all.flatMap((from) => all.filter((to) => to !== from).map((to) => ({ from, to })));

test.skipIf(pairs.length === 0)("there is another engine to restore to (SHARDBOARD_TEST_ENGINES)", () => {
  expect(new Set(pairs.map(({ to }) => to.name)).size).toBe(all.length);
});

describe.each(pairs)("from $from.name to $to.name", ({ from, to }) => {
  let nodes: readonly EngineNode[] = [];
  let source: Link;
  let target: Link;
  beforeAll(async () => {
    nodes = await Promise.all([startEngine(from, { port: 8030 }), startEngine(to, { port: 8031 })]);
    [source, target] = (await Promise.all(nodes.map(bufferLink))) as [Link, Link];
    await fillEveryType(nodes[0] as EngineNode);
  });
  afterAll(async () => {
    for (const link of [source, target]) link?.close();
    await Promise.all(nodes.map((node) => node.close()));
  });

  test("every key arrives as it was, or says what it would lose", async () => {
    const version = nodes[1]?.rdbVersion ?? 0;
    const losses = new Map<Loss, number>();
    const opaque: string[] = [];
    for (const key of await allKeys(source)) {
      const { value, meta } = readDump((await ask(source, "DUMP", key)) as Buffer);
      const record = {
        kind: "key",
        db: 0,
        key,
        expiresAtMs: undefined,
        idleSeconds: undefined,
        frequency: undefined,
        value,
        meta,
      } as const;
      try {
        const { payload, dropped } = restorable(record, { version, accepts: LOSSES });
        for (const loss of dropped) losses.set(loss, (losses.get(loss) ?? 0) + 1);
        if (dropped.length > 0) expect(() => restorable(record, { version })).toThrow(nameOf(key));
        await ask(target, "RESTORE", key, 0, payload);
        if (dropped.length === 0)
          expect(comparable(await answersFor(target, key)), nameOf(key)).toEqual(
            comparable(await answersFor(source, key)),
          );
      } catch (error) {
        if (!isOpsError(error) || value.type !== TYPE.array) throw error;
        opaque.push(nameOf(key));
      }
    }
    const lost = [...losses].map(([loss, count]) => `${loss} of ${count}`).join(", ");
    console.log(
      `${from.name} to ${to.name}: lost if accepted: ${lost || "nothing"}; refused: ${opaque.join(", ") || "nothing"}`,
    );
  });
});

function comparable(answer: unknown): unknown {
  const { type, full } = answer as { type: string; full?: readonly unknown[] };
  if (type !== "stream" || !full) return answer;
  return full.flatMap((item, i) =>
    i % 2 === 1 && !ANSWERED_BY_VERSION.test(String(full[i - 1])) && full[i - 1] !== "groups"
      ? [full[i - 1], item]
      : [],
  );
}
