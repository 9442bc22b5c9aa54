import { lookFor } from "../desk/open";
import { first, type Run } from "../grammar/asked";
import { checkLines, isWell } from "../tell/cluster-lines";
import { openOut } from "../tell/out";

export const check: Run = async (asked) => {
  const out = openOut(asked.flags);
  const picture = await lookFor(asked, out);
  const ok = isWell(picture);
  out.document({ cluster: first(asked, "cluster"), ok, ...picture });
  if (!out.json) for (const line of checkLines(picture, first(asked, "cluster"))) out.line(line);
  return ok ? 0 : 1;
};
