import { keySlot } from "@/lib/cluster/key-slot";
import { elsewhere, withoutBig, withoutDoubles } from "./batch";
import { describeKeys } from "./keys";
import { place, readValues } from "./relay";
import { type Arrived, byOwner, type ImportRun, nameIn, OwnerTrouble } from "./run";
import type { SourceStream } from "./source-stream";

const BATCH = 500;

/**
 * Keys that were written to at the source, read there as they are now: their value replaces what the cluster has, and one
 * that is gone is deleted. What an owner does not take is told again, after a look at who owns what. Answers the offset
 * of the source up to which all has arrived.
 */
export async function refresh(run: ImportRun, stream: SourceStream): Promise<Arrived> {
  const { names, offset, db } = stream.take();
  for (let at = 0; at < names.length; at += BATCH) {
    const some = names.slice(at, at + BATCH);
    try {
      await refreshSome(run, some);
      run.tally.followed += some.length;
    } catch (error) {
      stream.giveBack(names.slice(at));
      if (!(error instanceof OwnerTrouble)) throw error;
      await run.lookAgain();
      return run.arrived;
    }
  }
  run.arrived = { offset, db };
  return run.arrived;
}

async function refreshSome(run: ImportRun, names: readonly Buffer[]): Promise<void> {
  const described = await describeKeys(run.link, names);
  const wanted = withoutBig(run, await withoutDoubles(run, described));
  const { values, missing } = await readValues(run, wanted);
  const { again, reason } = await place(run, values, ["REPLACE"]);
  if (again.length > 0) throw new OwnerTrouble(reason ?? "an owner did not take them");
  const there = new Set(described.map(({ key }) => nameIn(key)));
  const gone = [...names.filter((key) => !there.has(nameIn(key))), ...missing.map(({ key }) => key)];
  const theirs = await elsewhere(run, gone);
  await forget(
    run,
    gone.filter((key) => !theirs.has(nameIn(key))),
  );
}

/** At the owners, where the source has them no longer. */
export async function forget(run: ImportRun, names: readonly Buffer[]): Promise<void> {
  const keys = names.map((key) => ({ key, slot: keySlot(key) }));
  await Promise.all(
    [...byOwner(run, keys)].map(async ([owner, some]) => {
      const commands = some.map(({ key }) => ["UNLINK", key]);
      const replies = await run.change(owner, commands, ["UNLINK", ...some.map(({ key }) => key)]);
      const failed = replies.find((reply) => !reply.ok);
      if (failed && !failed.ok) throw new OwnerTrouble(`${owner.name}: ${failed.error.message}`);
    }),
  );
}
