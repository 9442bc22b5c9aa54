import { route } from "@/server/http";

export const GET = route("nodes.page", async ({ engine, params }) =>
  engine.clusters.nodePage(params.clusterId, params.nodeId),
);
