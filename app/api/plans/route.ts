import { route } from "@/server/http";

export const POST = route("creations.plan", async ({ engine, actor, body }) =>
  engine.planner.plan(actor, undefined, body),
);
