import { route } from "@/server/http";

export const POST = route("calls.create", async ({ engine, actor, params, body }) =>
  engine.calls.call(actor, params.clusterId, body),
);
