import { formatBytes, formatCount } from "@/lib/format";
import { cliOutput } from "@/lib/words/en/cli-output";
import { openDesk } from "../desk/open";
import { first, type Run } from "../grammar/asked";
import { openOut } from "../tell/out";
import { carryOut } from "./change";

/** Every shard into files, and at the end what to call it by when it is to be restored. */
export const backup: Run = async (asked) => {
  const out = openOut(asked.flags);
  const desk = await openDesk(asked, out);
  try {
    const { topology } = await desk.picture();
    const done = async ({ id }: { readonly id: number }) => {
      const saved = (await desk.backups()).find((one) => one.operationId === id);
      if (saved?.state !== "sealed") return [];
      const { keys = 0, bytes = 0, shards = 0 } = saved;
      return [
        cliOutput.backups.saved({
          backup: `${topology.clusterId}/${saved.id}`,
          keys: formatCount(keys),
          size: formatBytes(bytes),
          shards,
          restore: `shardboard cluster restore ${first(asked, "cluster")} ${topology.clusterId}/${saved.id}`,
        }),
      ];
    };
    return await carryOut({ asked, desk, out, wish: { verb: "backup" }, topology, done });
  } finally {
    await desk.close();
  }
};
