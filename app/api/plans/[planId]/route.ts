import { route } from "@/server/http";

export const GET = route("creations.read", async ({ engine, params }) => engine.planner.read(params.planId));
