import type { Balance } from "../plan";
import { fails, note, passes, type Row } from "./line";
import { reshardTable } from "./reshard";

/** What holds for slots that move between members, and how far the measured load can be believed. */
export const rebalanceTable = (balance: Balance): readonly Row[] => [...reshardTable, loadMeasured(balance)];

const loadMeasured = ({ by, estimated, overMs = 0 }: Balance): Row =>
  note(() => {
    if (by === "slots") return [];
    const told = { by, seconds: overMs / 1000 };
    return [estimated ? fails("load-measured", told) : passes("load-measured", told)];
  });
