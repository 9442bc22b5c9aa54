import { route } from "@/server/http";

export const GET = route("clusters.read", async ({ engine, params }) => engine.clusters.read(params.clusterId));

export const PATCH = route("clusters.update", async ({ engine, actor, params, body }) =>
  engine.clusters.update(actor, params.clusterId, body),
);

export const DELETE = route("clusters.disconnect", async ({ engine, actor, params }) => {
  engine.clusters.disconnect(actor, params.clusterId);
  return { ok: true };
});
