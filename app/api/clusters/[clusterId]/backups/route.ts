import { route } from "@/server/http";

export const GET = route("backups.list", async ({ engine, params }) => {
  const { id } = engine.registry.get(params.clusterId);
  return engine.backups.list(id);
});
