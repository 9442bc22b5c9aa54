import { lookFor } from "../desk/open";
import { first, type Run } from "../grammar/asked";
import { infoLines } from "../tell/cluster-lines";
import { openOut } from "../tell/out";

export const info: Run = async (asked) => {
  const out = openOut(asked.flags);
  const { topology } = await lookFor(asked, out, (looker) => looker.picture());
  const { state, shards, nodes } = topology;
  out.document({ cluster: first(asked, "cluster"), state, shards, nodes });
  if (!out.json) for (const line of infoLines(topology)) out.line(line);
  return 0;
};
