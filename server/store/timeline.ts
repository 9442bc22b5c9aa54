import { z } from "zod";
import { type ClusterId, nodeIdSchema } from "@/lib/cluster/node";
import { detailsSchema } from "@/lib/errors";
import { type TimelineEntry, timelineEntrySchema } from "@/lib/wire/live";
import type { Store } from "./sqlite";

/** Of each cluster the latest are kept, so that a flapping node cannot fill the disk. */
const KEPT = 20_000;

export function appendTimeline(store: Store, entries: readonly Omit<TimelineEntry, "seq">[]): readonly TimelineEntry[] {
  return store.relaxed(() =>
    entries.map((entry) => {
      const { lastId } = store.run(
        "INSERT INTO timeline (cluster_id, at_ms, code, node_ids, details, text) VALUES (?, ?, ?, ?, ?, ?)",
        entry.clusterId,
        entry.atMs,
        entry.code,
        JSON.stringify(entry.nodeIds),
        JSON.stringify(entry.details),
        entry.text,
      );
      return { ...entry, seq: lastId };
    }),
  );
}

export type TimelinePage = {
  readonly before?: number | undefined;
  readonly after?: number | undefined;
  readonly limit: number;
};

/** Newest first. `before` pages back, `after` catches up: entries with a lower or a higher number. */
export function listTimeline(
  store: Store,
  clusterId: ClusterId,
  { before, after, limit }: TimelinePage,
): readonly TimelineEntry[] {
  return store
    .all(
      "SELECT * FROM timeline WHERE cluster_id = ? AND seq < ? AND seq > ? ORDER BY seq DESC LIMIT ?",
      clusterId,
      before ?? Number.MAX_SAFE_INTEGER,
      after ?? 0,
      limit,
    )
    .map(entryOf);
}

export function pruneTimeline(store: Store, clusterId: ClusterId): void {
  store.run(
    `DELETE FROM timeline WHERE cluster_id = ?1 AND seq <= (
       SELECT seq FROM timeline WHERE cluster_id = ?1 ORDER BY seq DESC LIMIT 1 OFFSET ?2)`,
    clusterId,
    KEPT,
  );
}

const rowSchema = z.object({
  seq: z.int(),
  cluster_id: z.string(),
  at_ms: z.number(),
  code: z.string(),
  node_ids: z.string(),
  details: z.string(),
  text: z.string(),
});

function entryOf(row: unknown): TimelineEntry {
  const read = rowSchema.parse(row);
  return timelineEntrySchema.parse({
    seq: read.seq,
    clusterId: read.cluster_id,
    atMs: read.at_ms,
    code: read.code,
    nodeIds: z.array(nodeIdSchema).parse(JSON.parse(read.node_ids)),
    details: detailsSchema.parse(JSON.parse(read.details)),
    text: read.text,
  });
}
