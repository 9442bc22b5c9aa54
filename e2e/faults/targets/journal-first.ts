import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { settle, startCluster } from "../cluster";
import { sidesOf } from "../half-move";
import { plainKeys, write } from "../keys";
import { pictureOf } from "../picture";
import { openShell, told } from "../shell";
import { clean, type Kit, type Outcome, type Session, sumOf, type Target, wrongly } from "../target";

const SLOTS = 12;
const STRACE = "/usr/bin/strace";
/** A page of the journal and a write of many commands are longer than this only where they name no new slot. */
const LONGEST = 5000;

/** A command of its own: what is only asked about (ACL DRYRUN) names slots too. */
const COMMAND = /\*\d+\\r\\n\$7\\r\\nCLUSTER\\r\\n\$7\\r\\nSETSLOT\\r\\n\$\d+\\r\\n(\d+)\\r\\n/gi;

/**
 * R20: as the kernel sees it. Each slot that a SETSLOT names on a socket must have been named before in a write to the
 * journal's log, and that log must have been synced in between.
 */
export const journalFirst: Target = {
  name: "R20b",
  what: "strace: no byte that changes a slot goes to a node before the record that names the slot is on the disk",
  rounds: 3,
  missing: async () => (existsSync(STRACE) ? undefined : "strace is not here"),
  open,
};

async function open(kit: Kit): Promise<Session> {
  const cluster = await startCluster({ ...kit, owners: 3, replicas: 3 });
  const shell = openShell(kit);
  const { owners } = await settle(cluster.nodes);
  const expected = await write(cluster, owners, plainKeys({ ranges: [[0, SLOTS - 1]], keysPerSlot: 40 }));
  let n = 0;
  const round = async (): Promise<Outcome> => {
    const [, target] = sidesOf((await settle(cluster.nodes)).owners);
    const trace = join(kit.folder, `trace-${n++}`);
    const calls = "trace=write,writev,pwrite64,sendto,sendmsg,fsync,fdatasync";
    const under = [STRACE, "-f", "-y", "-s", String(LONGEST), "-e", calls, "-o", trace];
    const move = ["cluster", "reshard", cluster.entry, "--cluster-to", target.id, "--ranges", `0-${SLOTS - 1}`];
    const moved = await shell.run([...move, "--yes", "--json"], { under });
    const { early, named } = judge(readFileSync(trace, "utf8"));
    return {
      ...sumOf([
        await pictureOf(cluster, expected),
        moved.code === 0 ? clean : wrongly(`not moved: ${told(moved)}`),
        named < SLOTS ? wrongly(`only ${named} of ${SLOTS} slots were seen on their way to a node`) : clean,
        ...early.map((text) => wrongly(text)),
      ]),
      figures: { named },
    };
  };
  return { round, close: cluster.close };
}

/** Lines of strace in the order in which the calls came back. */
function judge(trace: string): { readonly early: readonly string[]; readonly named: number } {
  const written = new Set<number>();
  const synced = new Set<number>();
  const named = new Set<number>();
  const early: string[] = [];
  for (const line of trace.split("\n")) {
    if (/sqlite-wal>/.test(line)) {
      if (/ (fsync|fdatasync)\(/.test(line)) for (const slot of written) synced.add(slot);
      // The slots of a window stand in its row as [0,1,2].
      for (const [, list = ""] of line.matchAll(/\[(\d+(?:,\d+)*)\]/g))
        for (const slot of list.split(",")) written.add(Number(slot));
    } else if (/<(?:TCP|socket):/.test(line)) {
      for (const [, text = ""] of line.matchAll(COMMAND)) {
        const slot = Number(text);
        named.add(slot);
        if (!synced.has(slot)) early.push(`slot ${slot} was sent before its record was synced`);
      }
    }
  }
  return { early: early.slice(0, 5), named: named.size };
}
