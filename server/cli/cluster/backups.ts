import { asClusterId } from "@/lib/cluster/node";
import { formatBytes, formatCount, formatDateTime } from "@/lib/format";
import type { BackupSummary } from "@/lib/wire/backups";
import { cliOutput } from "@/lib/words/en/cli-output";
import { findFolder, openDesk } from "../desk/open";
import type { Asked, Run } from "../grammar/asked";
import { type Out, openOut } from "../tell/out";

const words = cliOutput.backups;

/** Newest first; read beside whoever is writing. */
export const backups: Run = async (asked) => {
  const out = openOut(asked.flags);
  const list = await listed(asked, out);
  out.document(list);
  if (out.json) return 0;
  if (list.length === 0) out.line(words.none());
  for (const one of list) out.line(lineOf(one));
  return 0;
};

async function listed(asked: Asked, out: Out): Promise<readonly BackupSummary[]> {
  if (asked.flags.console !== undefined) return (await openDesk(asked, out)).backups();
  const [{ name }, { Backups }, { dataFolder }] = await Promise.all([
    findFolder(asked, out),
    import("@/server/backup/backups"),
    import("../desk/folders"),
  ]);
  return new Backups(dataFolder()).list(asClusterId(name));
}

function lineOf({ id, state, createdMs, shards = 0, keys = 0, bytes = 0 }: BackupSummary): string {
  const holds = { shards, keys: formatCount(keys), size: formatBytes(bytes) };
  return words.line({
    id,
    at: formatDateTime(createdMs),
    what: state === "sealed" ? words.holds(holds) : words.states[state],
  });
}
