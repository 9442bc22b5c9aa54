import type { Target } from "../target";
import { bigKeys } from "./big-keys";
import { consoleAndNode } from "./console-and-node";
import { consoleStop, manyStarts } from "./console-stop";
import { damagedJournal } from "./damaged-journal";
import { everyCall } from "./every-call";
import { everyType } from "./every-type";
import { evicting } from "./evicting";
import { frozenHolder } from "./frozen-holder";
import { fullDisk } from "./full-disk";
import { halfMoved } from "./half-moved";
import { journalFirst } from "./journal-first";
import { killedConsole } from "./killed-console";
import { frozenReplica, killedSource, killedTarget } from "./killed-primary";
import { mistakenMeet } from "./mistaken-meet";
import { parked } from "./parked";
import { seenAgain } from "./seen-again";
import { sick } from "./sick-states";

export const targets: readonly Target[] = [
  killedConsole,
  everyCall,
  killedSource,
  killedTarget,
  frozenReplica,
  halfMoved,
  sick,
  evicting,
  bigKeys,
  mistakenMeet,
  seenAgain,
  parked,
  damagedJournal,
  journalFirst,
  fullDisk,
  consoleAndNode,
  consoleStop,
  manyStarts,
  frozenHolder,
  everyType,
];
