import { route } from "@/server/http";

export const GET = route("timeline.list", async ({ engine, params, query }) =>
  engine.observer.timeline(params.clusterId, query),
);
