import { isEnded } from "@/lib/operation";
import { openDesk } from "../desk/open";
import type { Run } from "../grammar/asked";
import { openOut } from "../tell/out";
import { resumeLine } from "./change";
import { follow } from "./follow";
import { waiting } from "./resume";

/** What is on its way is finished forward, and no slot stays open; what has moved stays where it is. */
export const cancel: Run = async (asked) => {
  const out = openOut(asked.flags);
  const desk = await openDesk(asked, out);
  try {
    const { topology } = await desk.picture();
    const following = { desk, out, flags: asked.flags, topology, resume: resumeLine(asked) };
    const { operation } = await follow(following, async () => {
      await desk.recover();
      const { id } = await waiting(desk, asked);
      return desk.act(id, "cancel");
    });
    return isEnded(operation.state) && operation.openSlots.length === 0 ? 0 : 1;
  } finally {
    await desk.close();
  }
};
