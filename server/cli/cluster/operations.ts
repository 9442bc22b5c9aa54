import { formatEndpoint } from "@/lib/cluster/node";
import { formatDateTime } from "@/lib/format";
import type { Operation } from "@/lib/operation";
import { cliOutput } from "@/lib/words/en/cli-output";
import { operations as stateWords } from "@/lib/words/en/operations";
import { findFolder, openDesk } from "../desk/open";
import { first, type Run } from "../grammar/asked";
import { openOut } from "../tell/out";
import { totals } from "../tell/progress";

const words = cliOutput.operations;

/** Of one cluster, or of all that this data folder knows; read beside whoever is writing. */
export const operations: Run = async (asked) => {
  const out = openOut(asked.flags);
  const text = first(asked, "cluster");
  if (asked.flags.console !== undefined) {
    const list = await (await openDesk(asked, out)).operations();
    out.document(list);
    if (!out.json) for (const operation of list) out.line(lineOf(operation));
    return 0;
  }
  const [{ listFolders }, { readOperations }] = await Promise.all([import("../desk/folders"), import("../desk/own")]);
  const folders = text === "" ? listFolders() : [await findFolder(asked, out)];
  const all = folders.map((folder) => ({ folder, list: readOperations(folder) }));
  out.document(all.flatMap(({ list }) => list));
  if (out.json) return 0;
  if (all.every(({ list }) => list.length === 0)) out.line(words.none());
  for (const { folder, list } of all) {
    const addresses = folder.nodes.map((node) => formatEndpoint(node.endpoint)).join(", ");
    if (list.length > 0) out.line(words.cluster({ name: folder.name, addresses }), "head");
    for (const operation of list) out.line(lineOf(operation));
  }
  return 0;
};

function lineOf(operation: Operation): string {
  const { id, plan, state, createdMs, startedBy } = operation;
  const { all, moved } = totals(operation);
  return words.line({
    id,
    verb: plan.verb,
    state: stateWords.states[state],
    started: formatDateTime(createdMs),
    by: startedBy,
    slots: all > 0 ? words.slots({ moved, asked: all }) : undefined,
  });
}
