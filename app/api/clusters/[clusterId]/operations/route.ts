import { route } from "@/server/http";

export const GET = route("operations.list", async ({ engine, params }) => engine.operations.list(params.clusterId));

export const POST = route("operations.start", async ({ engine, actor, params, body }) =>
  engine.operations.start(actor, params.clusterId, body),
);
