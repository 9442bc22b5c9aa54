import { nameOf } from "@/lib/plans/members";
import { cliOutput } from "@/lib/words/en/cli-output";
import { lookFor } from "../desk/open";
import { type Asked, first, type Run } from "../grammar/asked";
import { checkLines, isWell } from "../tell/cluster-lines";
import { type Out, openOut } from "../tell/out";

/** `--cluster-search-multiple-owners` counts keys too, and is content only when nothing but notes remains. */
export const check: Run = async (asked) => {
  const out = openOut(asked.flags);
  if (asked.flags["cluster-search-multiple-owners"]) return deep(asked, out);
  const picture = await lookFor(asked, out, (looker) => looker.picture());
  const ok = isWell(picture);
  out.document({ cluster: first(asked, "cluster"), ok, ...picture });
  if (!out.json) for (const line of checkLines(picture, first(asked, "cluster"))) out.line(line);
  return ok ? 0 : 1;
};

async function deep(asked: Asked, out: Out): Promise<0 | 1> {
  const checked = await lookFor(asked, out, (looker) => looker.deepCheck());
  const { topology, notCounted, healthy } = checked;
  const ok = healthy && isWell(checked);
  out.document({ cluster: first(asked, "cluster"), ok, ...checked });
  if (out.json) return ok ? 0 : 1;
  for (const line of checkLines(checked, first(asked, "cluster"))) out.line(line);
  const nodes = notCounted.map((id) => nameOf(topology, id));
  if (nodes.length > 0) out.line(cliOutput.findings.notCounted({ nodes }));
  return ok ? 0 : 1;
}
