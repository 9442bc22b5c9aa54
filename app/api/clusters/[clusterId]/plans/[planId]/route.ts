import { route } from "@/server/http";

export const GET = route("plans.read", async ({ engine, params }) =>
  engine.clusters.plan(params.clusterId, params.planId),
);
