import { route } from "@/server/http";

export const POST = route("operations.act", async ({ engine, actor, params }) =>
  engine.operations.act(actor, params.clusterId, params.operationId, params.action),
);
