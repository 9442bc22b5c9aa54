import { route } from "@/server/http";

export const GET = route("managed.log", async ({ engine, params, query }) => ({
  lines: await engine.runtime.log(params.managedId, query.lines),
}));
