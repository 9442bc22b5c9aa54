import { route } from "@/server/http";

export const POST = route("check.run", async ({ engine, params }) => engine.clusters.check(params.clusterId));

export const GET = route("check.read", async ({ engine, params }) => engine.clusters.lastCheck(params.clusterId));
