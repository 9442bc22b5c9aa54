import { route } from "@/server/http";

export const GET = route("slots.keys", async ({ engine, params }) => engine.clusters.slotKeys(params.clusterId));
