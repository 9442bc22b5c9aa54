import { type Picture, pictureSchema } from "@/lib/plans/picture";
import { type Plan, planSchema } from "@/lib/plans/plan";
import type { Store } from "./sqlite";

/** A plan with the picture that it was made for. */
export type KeptPlan = { readonly plan: Plan; readonly picture: Picture };

/** Expired plans are still shown for a day, so that a link to one tells more than "not found". */
const KEPT_AFTER_EXPIRY_MS = 86_400_000;

export function insertPlan(store: Store, { plan, picture }: KeptPlan): void {
  store.transaction(() => {
    store.run("DELETE FROM plans WHERE expires_ms < ?", plan.madeAtMs - KEPT_AFTER_EXPIRY_MS);
    store.run(
      "INSERT INTO plans (id, cluster_id, made_ms, expires_ms, plan) VALUES (?, ?, ?, ?, ?)",
      plan.id,
      plan.clusterId,
      plan.madeAtMs,
      plan.expiresAtMs,
      JSON.stringify({ plan, picture }),
    );
  });
}

export function readPlan(store: Store, id: string): KeptPlan | undefined {
  const row = store.get("SELECT plan FROM plans WHERE id = ?", id);
  if (!row) return undefined;
  const kept = JSON.parse(String(row.plan)) as { plan: unknown; picture: unknown };
  return { plan: planSchema.parse(kept.plan), picture: pictureSchema.parse(kept.picture) };
}
