import type { Client } from "../client";
import type { Reply } from "../reply";

/** Who gives commands in the simulation. */
export const simulatedClient = (reply: Reply): Client => ({
  id: 1,
  connection: undefined,
  remote: { host: "10.0.1.1", port: 50000 },
  local: { host: "10.0.0.1", port: 7000 },
  reply,
  kind: "normal",
  name: "",
  db: 0,
  isAuthenticated: true,
  asking: false,
  readonly: false,
  transaction: undefined,
  block: undefined,
  canBlock: false,
  lastWriteOffset: 0,
  closeAfterReplies: () => {},
});
