import { route } from "@/server/http";

export const GET = route("backups.read", async ({ engine, params }) =>
  engine.backups.read(params.clusterId, params.backupId),
);
