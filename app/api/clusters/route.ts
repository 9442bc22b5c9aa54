import { route } from "@/server/http";

export const GET = route("clusters.list", async ({ engine }) => engine.clusters.list());

export const POST = route("clusters.connect", async ({ engine, actor, body }) => engine.clusters.connect(actor, body));
