import { openStream } from "@/server";
import { route } from "@/server/http";

export const dynamic = "force-dynamic";

export const GET = route("events.stream", async ({ engine, credential, query, request }) =>
  openStream({
    hub: engine.hub,
    access: engine.access,
    key: credential.key,
    since: request.headers.get("last-event-id") ?? query.since,
    signal: request.signal,
  }),
);
