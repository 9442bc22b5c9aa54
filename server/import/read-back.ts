import { type SourceKey, type Standing, standingOf } from "./keys";
import { byOwner, type ImportRun, nameIn, OwnerTrouble } from "./run";

/** What a key's expiry may be off before it is set right; a client may have set another one at the source, too. */
const CLOSE_MS = 2;

type Back = { readonly there: readonly SourceKey[]; readonly again: readonly SourceKey[] };

/** Each key looked at where it should be now: what arrived, with which expiry, and what became of the others. */
export async function readBack(run: ImportRun, keys: readonly SourceKey[]): Promise<Back> {
  if (keys.length === 0) return { there: [], again: [] };
  const found = new Map<string, { readonly standing: Standing; readonly aheadMs: number }>();
  await Promise.all(
    [...byOwner(run, keys)].map(async ([owner, some]) => {
      const aheadMs = await run.aheadOf(owner);
      const names = some.map(({ key }) => key);
      const told = await run.atOwner(owner, (link) => standingOf(link, names));
      for (const [i, standing] of told.entries()) {
        const key = names[i];
        if (!("type" in standing))
          throw new OwnerTrouble(`${owner.name}: ${standing.ok ? "" : standing.error.message}`);
        if (key && standing.type !== "none") found.set(nameIn(key), { standing, aheadMs });
      }
    }),
  );
  const there = keys.filter(({ key }) => found.has(nameIn(key)));
  const absent = keys.filter(({ key }) => !found.has(nameIn(key)));
  await compareExpiry(run, there, (key) => found.get(nameIn(key.key)));
  return { there, again: await stillAtSource(run, absent) };
}

async function stillAtSource(run: ImportRun, keys: readonly SourceKey[]): Promise<readonly SourceKey[]> {
  if (keys.length === 0) return [];
  const standing = await standingOf(
    run.link,
    keys.map(({ key }) => key),
  );
  return keys.flatMap((key, i) => {
    const now = standing[i];
    if (now && "type" in now && now.type !== "none") return [{ ...key, type: now.type, expiresAtMs: now.expiresAtMs }];
    if (key.expiresAtMs === undefined) run.tally.gone++;
    else run.tally.expired++;
    return [];
  });
}

type Found = { readonly standing: Standing; readonly aheadMs: number } | undefined;

async function compareExpiry(run: ImportRun, keys: readonly SourceKey[], foundOf: (key: SourceKey) => Found) {
  const { tally } = run;
  const far: SourceKey[] = [];
  for (const key of keys) {
    const off = offBy(key.expiresAtMs, foundOf(key));
    if (off === undefined) continue;
    if (off > CLOSE_MS) far.push(key);
    else {
      tally.timed++;
      tally.mostOffMs = Math.max(tally.mostOffMs, off);
    }
  }
  await setRight(run, far, foundOf);
}

/** MIGRATE sends what is left of a key's time, and then the way takes some: it is told the moment itself. */
async function setRight(run: ImportRun, keys: readonly SourceKey[], foundOf: (key: SourceKey) => Found) {
  if (keys.length === 0) return;
  const standing = await standingOf(
    run.link,
    keys.map(({ key }) => key),
  );
  const right: SourceKey[] = [];
  for (const [i, key] of keys.entries()) {
    const now = standing[i];
    if (!now || !("type" in now) || now.type === "none") continue;
    const off = offBy(now.expiresAtMs, foundOf(key));
    if (off === undefined) continue;
    run.tally.timed++;
    if (off === Number.POSITIVE_INFINITY) run.tally.untimed++;
    else right.push({ ...key, expiresAtMs: now.expiresAtMs });
  }
  for (const [owner, some] of byOwner(run, right)) {
    const aheadMs = await run.aheadOf(owner);
    const commands = some.map(({ key, expiresAtMs = 0 }) => [
      ...["PEXPIREAT", key, Math.max(1, Math.round(expiresAtMs + aheadMs))],
    ]);
    const more = some.length > 1 ? [`(and ${some.length - 1} more keys)`] : [];
    await run.change(owner, commands, [...(commands[0] ?? []), ...more]);
    const after = await run.atOwner(owner, (link) =>
      standingOf(
        link,
        some.map(({ key }) => key),
      ),
    );
    for (const [i, key] of some.entries()) {
      const now = after[i];
      if (!now || !("type" in now) || now.type === "none") continue;
      const off = offBy(key.expiresAtMs, { standing: now, aheadMs }) ?? 0;
      if (off === Number.POSITIVE_INFINITY) run.tally.untimed++;
      else run.tally.mostOffMs = Math.max(run.tally.mostOffMs, off);
    }
  }
}

/** Undefined: neither expires. Infinity: only one of the two does. */
function offBy(expiresAtMs: number | undefined, found: Found): number | undefined {
  const theirs = found?.standing.expiresAtMs;
  if (expiresAtMs === undefined && theirs === undefined) return undefined;
  if (expiresAtMs === undefined || theirs === undefined) return Number.POSITIVE_INFINITY;
  return Math.abs(theirs - (expiresAtMs + (found?.aheadMs ?? 0)));
}
