import { route } from "@/server/http";

export const GET = route("clusters.connection", async ({ engine, params }) =>
  engine.clusters.connection(params.clusterId),
);
