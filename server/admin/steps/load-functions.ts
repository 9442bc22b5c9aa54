import type { StepOf } from "@/lib/plans/step";
import { proof } from "@/lib/words/en/proof";
import { librariesOf } from "@/server/backup/libraries";
import type { Link } from "@/server/link";
import { refuse } from "@/server/refuse";
import { done, type StepContext, type StepOutcome } from "./context";

/** Each library of the backup on one owner; its replicas get it from there. One that is there as it was saved is left alone. */
export async function loadFunctions(step: StepOf<"load-functions">, context: StepContext): Promise<StepOutcome> {
  const { backup, existing, nodeId } = step;
  const manifest = await context.backups.read(backup.clusterId, backup.id);
  const { libraries, differing } = await librariesOf(context.backups.of(backup), manifest);
  const link = await context.link(nodeId);
  const present = await loadedOn(link);
  const stayed: string[] = [];
  for (const { name, code } of libraries) {
    const there = present.get(name);
    const told = { node: context.name(nodeId), library: name };
    if (there?.equals(code)) continue;
    if (there && existing === "empty") throw refuse("refused", "restoreLibraryConflict", told);
    if (there && existing === "skip") {
      stayed.push(name);
      continue;
    }
    const [reply] = await link.pipeline([["FUNCTION", "LOAD", ...(there ? ["REPLACE"] : []), code]]);
    if (!reply?.ok)
      throw refuse("refused", "restoreLibraryRefused", { ...told, reason: reply?.error.message ?? "" }, reply?.error);
  }
  return done(proof.notes.loadedFunctions({ libraries: libraries.length, stayed, differing }));
}

/** By name, the code of each. */
export async function loadedOn(link: Link): Promise<ReadonlyMap<string, Buffer>> {
  const [reply] = await link.pipeline([["FUNCTION", "LIST", "WITHCODE"]], { buffers: true });
  if (!reply?.ok) throw reply?.error ?? new Error("a FUNCTION LIST without an outcome");
  const loaded = new Map<string, Buffer>();
  for (const library of reply.value as readonly (readonly unknown[])[]) {
    const fieldOf = (field: string) => library[library.findIndex((one) => String(one) === field) + 1];
    const code = fieldOf("library_code");
    if (Buffer.isBuffer(code)) loaded.set(String(fieldOf("library_name")), code);
  }
  return loaded;
}
