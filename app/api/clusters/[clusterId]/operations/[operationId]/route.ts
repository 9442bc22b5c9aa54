import { route } from "@/server/http";

export const GET = route("operations.read", async ({ engine, params }) =>
  engine.operations.get(params.clusterId, params.operationId),
);
