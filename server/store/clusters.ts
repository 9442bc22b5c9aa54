import { z } from "zod";
import { type ClusterId, clusterIdSchema, endpointSchema, nodeLabelsSchema } from "@/lib/cluster/node";
import type { Of } from "@/lib/of";
import { environmentSchema } from "@/lib/wire/clusters";
import type { Store } from "./sqlite";

const json = <T extends z.ZodType>(schema: T) =>
  z.string().transform((text): z.output<T> => schema.parse(JSON.parse(text)));
const addressMapSchema = z.array(z.object({ announced: endpointSchema, dial: endpointSchema }));

const rowSchema = z.object({
  id: clusterIdSchema,
  name: z.string(),
  environment: environmentSchema,
  seeds: json(z.array(endpointSchema)),
  address_map: json(addressMapSchema),
  labels: json(z.record(z.string(), nodeLabelsSchema)),
  secrets: z
    .instanceof(Uint8Array)
    .nullable()
    .transform((bytes) => (bytes ? Buffer.from(bytes) : undefined)),
  tls: z.int().transform(Boolean),
  accepts_any_certificate: z.int().transform(Boolean),
  created_ms: z.int(),
});
/** `secrets` stay sealed: the store never sees them open. */
export type ClusterRow = Omit<Of<typeof rowSchema>, "secrets"> & { readonly secrets: Buffer | undefined };

export function listClusterRows(store: Store): readonly ClusterRow[] {
  return store.all("SELECT * FROM clusters ORDER BY created_ms, id").map((row) => rowSchema.parse(row));
}

export function insertClusterRow(store: Store, row: ClusterRow): void {
  store.run(
    `INSERT INTO clusters (id, name, environment, seeds, address_map, labels, secrets, tls, accepts_any_certificate, created_ms)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    row.id,
    row.name,
    row.environment,
    JSON.stringify(row.seeds),
    JSON.stringify(row.address_map),
    JSON.stringify(row.labels),
    row.secrets ?? null,
    Number(row.tls),
    Number(row.accepts_any_certificate),
    row.created_ms,
  );
}

export function updateClusterRow(
  store: Store,
  row: Pick<ClusterRow, "id" | "name" | "environment" | "seeds" | "address_map" | "labels">,
): void {
  store.run(
    "UPDATE clusters SET name = ?, environment = ?, seeds = ?, address_map = ?, labels = ? WHERE id = ?",
    row.name,
    row.environment,
    JSON.stringify(row.seeds),
    JSON.stringify(row.address_map),
    JSON.stringify(row.labels),
    row.id,
  );
}

export function updateClusterSecrets(store: Store, id: ClusterId, sealed: Buffer | undefined): void {
  store.run("UPDATE clusters SET secrets = ? WHERE id = ?", sealed ?? null, id);
}

/** What the console learned of the cluster goes with it; audit and operations stay. */
export function deleteClusterRow(store: Store, id: ClusterId): boolean {
  return store.transaction(() => {
    store.run("DELETE FROM shard_index WHERE cluster_id = ?", id);
    store.run("DELETE FROM known_nodes WHERE cluster_id = ?", id);
    store.run("DELETE FROM timeline WHERE cluster_id = ?", id);
    return store.run("DELETE FROM clusters WHERE id = ?", id).changes > 0;
  });
}
