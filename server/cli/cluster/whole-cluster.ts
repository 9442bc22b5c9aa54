import { changes } from "./change";

export const stopCluster = changes({
  wish: ({ asked }) => ({ verb: "stop-cluster", how: asked.flags.how ?? "configured" }),
});
export const decommission = changes({
  wish: ({ asked }) => ({ verb: "decommission", deleteFolders: asked.flags["delete-folders"] ?? false }),
});
export const startCluster = changes({ wish: () => ({ verb: "start-cluster" }) });
