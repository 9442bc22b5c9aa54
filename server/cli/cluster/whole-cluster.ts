import { changes } from "./change";

export const stopCluster = changes({
  wish: ({ asked }) => ({ verb: "stop-cluster", how: asked.flags.how ?? "configured" }),
});
export const startCluster = changes({ wish: () => ({ verb: "start-cluster" }) });
