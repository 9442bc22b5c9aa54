import { failedHolds, type Plan } from "@/lib/plans/plan";
import type { Ended } from "./shell";

/** What the plan of a dry run wants typed; undefined: nothing. */
export function typedFor({ out }: Ended): string | undefined {
  const line = out.split("\n").find((one) => one.startsWith('{"event":"plan"'));
  if (!line) return undefined;
  const { plan } = JSON.parse(line) as { readonly plan: Plan };
  return plan.confirm.typed ?? (failedHolds(plan).length > 0 ? plan.clusterName : undefined);
}
