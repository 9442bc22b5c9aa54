import { type Command, CommandError } from "../../command";
import { clientCommands } from "./client-commands";

const run = () => {
  throw new CommandError("ERR This instance has cluster support disabled");
};

/** The same names in a standalone server: known, and refused. */
export const withoutCluster = (): readonly Command[] => [
  {
    name: "cluster",
    arity: -2,
    flags: [],
    summary: "A container for cluster commands",
    group: "cluster",
    since: "3.0.0",
    run,
  },
  ...clientCommands.map((command) => ({ ...command, run })),
];
