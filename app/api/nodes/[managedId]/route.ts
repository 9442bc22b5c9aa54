import { route } from "@/server/http";

export const GET = route("managed.read", async ({ engine, params }) => engine.runtime.get(params.managedId));

export const DELETE = route("managed.delete", async ({ engine, params }) => {
  await engine.runtime.remove(params.managedId);
  return { ok: true };
});
