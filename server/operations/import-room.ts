import { formatEndpoint } from "@/lib/cluster/node";
import type { Step } from "@/lib/plans/step";
import type { ImportRoom } from "@/server/admin/steps/context";
import { importStateSchema } from "@/server/import/job";
import { openSocket } from "@/server/open-socket";
import { Replication } from "@/server/rdb/replication";
import { addRefusals, dropRefusals, listRefusals, readImport, writeImport } from "@/server/store/imports";
import { checkLease } from "./lease";
import type { RunTools } from "./step-context";

/** Sources under the address policy and a name of this operation; cursor and refusals in one fsynced transaction. */
export function importRoom({ parts, journal, lease, plan, transcript }: RunTools, step: Step): ImportRoom {
  const { store, registry } = parts;
  const { operationId } = lease;
  return {
    dial: (access, endpoint, whom) => registry.sources.dial(plan.clusterId, access, endpoint, whom),
    isLocked: () => registry.get(plan.clusterId).tls || registry.credentials(plan.clusterId).password !== undefined,
    tell: (sent) => transcript.record(undefined, sent),
    replicate: async ({ access, endpoint, left, signal }) => {
      const dial = registry.sources.dial(plan.clusterId, access, endpoint, "server");
      const { user, password } = dial;
      const [atMs, clock] = [parts.now(), performance.now()];
      const socket = await openSocket(dial);
      const wants = "snapshot-and-stream" as const;
      const asked = { endpoint: formatEndpoint(endpoint), socket, user, password, wants, left, signal };
      const started = await Replication.start(asked);
      const command = left ? ["PSYNC", left.replid, left.offset + 1] : ["PSYNC", "?", -1];
      const reply = `${started.continues ? "CONTINUE" : "FULLRESYNC"} ${started.replid} ${started.offset}`;
      transcript.record(undefined, {
        endpoint,
        command,
        atMs,
        tookMs: performance.now() - clock,
        reply,
        error: undefined,
      });
      return started;
    },
    say: (note) => void journal.appendOrKeep(operationId, { type: "step", stepId: step.id, state: "running", note }),
    journal: (id) => ({
      read: () => {
        const state = readImport(store, operationId, id);
        return state === undefined ? undefined : importStateSchema.parse(state);
      },
      write: (state, refused) =>
        store.transaction(() => {
          checkLease(store, lease);
          transcript.flush();
          addRefusals(store, operationId, id, refused);
          writeImport(store, operationId, id, state);
        }),
      reset: (state) =>
        store.transaction(() => {
          checkLease(store, lease);
          dropRefusals(store, operationId, id);
          writeImport(store, operationId, id, state);
        }),
      refused: () => listRefusals(store, operationId, id),
    }),
  };
}
