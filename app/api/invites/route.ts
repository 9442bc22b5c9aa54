import { route } from "@/server/http";

export const POST = route("invites.create", async ({ engine, actor, body }) => engine.access.invite(actor, body));
