import { route } from "@/server/http";

export const POST = route("slots.measure", async ({ engine, params, body }) =>
  engine.clusters.measure(params.clusterId, body.ranges),
);
