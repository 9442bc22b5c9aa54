import type { Command } from "../command";
import type { Front } from "../dispatch/front";
import { connectionCommands } from "./connection";
import { stringCommands } from "./strings";
import { transactionCommands } from "./transactions";

/** All families; what the parts bring comes behind them. */
export const commandFamilies = (front: Front): readonly (readonly Command[])[] => [
  connectionCommands(front),
  transactionCommands(front),
  stringCommands,
];
