import { route } from "@/server/http";

export const POST = route("plans.create", async ({ engine, actor, params, body }) =>
  engine.planner.plan(actor, params.clusterId, body),
);
