import type { Target } from "../target";
import { everyCall } from "./every-call";
import { everyType } from "./every-type";
import { halfMoved } from "./half-moved";
import { killedConsole } from "./killed-console";
import { frozenReplica, killedSource, killedTarget } from "./killed-primary";

export const targets: readonly Target[] = [
  killedConsole,
  everyCall,
  killedSource,
  killedTarget,
  frozenReplica,
  halfMoved,
  everyType,
];
