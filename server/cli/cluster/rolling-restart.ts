import { changes } from "./change";
import { rolledBy } from "./rolling-change";

export const rollingRestart = changes({
  wish: ({ asked, topology }) => ({ verb: "rolling-restart", ...rolledBy(asked, topology) }),
});
