import { route } from "@/server/http";

export const POST = route("managed.act", async ({ engine, params }) => engine.runtime[params.action](params.managedId));
