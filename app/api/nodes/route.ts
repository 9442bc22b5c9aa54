import { route } from "@/server/http";

export const GET = route("managed.list", async ({ engine }) => engine.runtime.list());

export const POST = route("managed.prepare", async ({ engine, body }) => engine.runtime.prepare(body));
