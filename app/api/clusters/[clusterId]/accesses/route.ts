import { route } from "@/server/http";

export const POST = route("accesses.create", async ({ engine, actor, params, body }) =>
  engine.clusters.keepAccess(actor, params.clusterId, body),
);
