import { route } from "@/server/http";

export const GET = route("operations.transcript", async ({ engine, params, query }) => {
  engine.operations.get(params.clusterId, params.operationId);
  return engine.operations.transcript(params.operationId, query);
});
