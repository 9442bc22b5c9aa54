import { canResume, isEnded, type Operation } from "@/lib/operation";
import { refuse } from "@/server/refuse";
import type { Desk } from "../desk/desk";
import { openDesk } from "../desk/open";
import { type Asked, first, type Run } from "../grammar/asked";
import { openOut } from "../tell/out";
import { resumeLine } from "./change";
import { follow } from "./follow";
import { sourceAccess } from "./source-access";

/** What is half-moved is closed first; then it goes on from what is true. */
export const resume: Run = async (asked) => {
  const out = openOut(asked.flags);
  const access = await sourceAccess(asked, out);
  const desk = await openDesk(asked, out);
  try {
    if (access) await desk.giveAccess(access);
    const { topology } = await desk.picture();
    const following = { desk, out, flags: asked.flags, topology, resume: resumeLine(asked) };
    const { code } = await follow(following, async () => {
      await desk.recover();
      const operation = await waiting(desk, asked);
      return canResume(operation.state) ? desk.act(operation.id, "resume") : operation;
    });
    return code;
  } finally {
    await desk.close();
  }
};

/** The one that is named; else the one that is not over; else the newest, if it failed. */
export async function waiting(desk: Desk, asked: Asked): Promise<Operation> {
  const given = first(asked, "operation");
  const list = await desk.operations();
  const named = list.find((operation) => String(operation.id) === given);
  if (given !== "" && !named) throw refuse("not_found", "cliOperationUnknown", { given });
  const [newest] = list;
  const found = named ?? list.find(({ state }) => !isEnded(state)) ?? (newest?.state === "failed" ? newest : undefined);
  if (found) return found;
  throw refuse("not_found", "cliNothingToResume", undefined);
}
