import type { Command } from "../command";
import type { Front } from "../dispatch/front";
import { bitfieldCommands } from "./bitfield";
import { bitopCommands } from "./bitop";
import { bitCommands } from "./bits";
import { blockingCommands } from "./blocking";
import { clientCommands } from "./client";
import { commandCommands } from "./command-info";
import { configCommands } from "./config";
import { connectionCommands } from "./connection";
import { counterCommands } from "./counters";
import { dumpCommands } from "./dump";
import { expiryCommands } from "./expiry";
import { geoCommands } from "./geo";
import { geoSearchCommands } from "./geo-search";
import { hashCommands } from "./hashes";
import { hyperLogLogCommands } from "./hyperloglogs";
import { infoCommands } from "./info";
import { keyCommands } from "./keys";
import { lcsCommands } from "./lcs";
import { listCommands } from "./lists";
import { objectCommands } from "./objects";
import { pubsubCommands } from "./pubsub";
import { scanCommands } from "./scan";
import { serverCommands } from "./server";
import { setCommands } from "./sets";
import { sortCommands } from "./sort";
import { sortedSetAlgebraCommands } from "./sorted-set-algebra";
import { sortedSetCommands } from "./sorted-sets";
import { stringCommands } from "./strings";
import { transactionCommands } from "./transactions";

/** All families; what the parts bring comes behind them. */
export const commandFamilies = (front: Front): readonly (readonly Command[])[] => [
  connectionCommands(front),
  transactionCommands(front),
  pubsubCommands(front),
  clientCommands(front),
  configCommands(front),
  infoCommands(front),
  commandCommands(front),
  serverCommands(front),
  keyCommands,
  scanCommands,
  expiryCommands,
  stringCommands,
  counterCommands,
  lcsCommands,
  bitCommands,
  bitopCommands,
  bitfieldCommands,
  hyperLogLogCommands,
  hashCommands,
  listCommands,
  setCommands,
  sortedSetCommands,
  sortedSetAlgebraCommands,
  geoCommands,
  geoSearchCommands,
  sortCommands,
  dumpCommands,
  objectCommands,
  blockingCommands(front.waiters),
];
