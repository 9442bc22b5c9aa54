import { route } from "@/server/http";

export const GET = route("session.read", async ({ credential }) => credential.session);

export const POST = route("session.create", async ({ engine, actor, credential, body, responseHeaders }) => {
  const { cookie, session } = engine.access.signIn(body.token, actor.from, credential?.key);
  responseHeaders.set("set-cookie", cookie);
  return session;
});

export const DELETE = route("session.delete", async ({ engine, credential, responseHeaders }) => {
  responseHeaders.set("set-cookie", engine.access.signOut(credential));
  return { ok: true };
});
