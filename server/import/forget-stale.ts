import { keySlot } from "@/lib/cluster/key-slot";
import { elsewhere } from "./batch";
import { scanPage } from "./keys";
import { forget } from "./refresh";
import { type ImportRun, nameIn } from "./run";
import { SourceAway } from "./source-away";

/** What an earlier pass has brought and the source, begun anew, does not have; kept as dumps first. */
export async function forgetStale(run: ImportRun): Promise<void> {
  for (const owner of run.owners.all) {
    const link = await run.job.link(owner.id);
    let cursor = "0";
    do {
      const { keys, next } = await scanPage(link, cursor, 1000);
      cursor = next;
      const theirs = await elsewhere(run, keys);
      const found = await run.ask(keys.map((key) => ["EXISTS", key]));
      const names = keys.filter((key, i) => {
        const reply = found[i];
        if (!reply?.ok) throw reply?.error ?? new SourceAway("it does not tell what it has");
        return Number(reply.value) === 0 && !theirs.has(nameIn(key));
      });
      await keepBefore(run, names);
      await forget(run, names);
    } while (cursor !== "0");
  }
}

async function keepBefore(run: ImportRun, names: readonly Buffer[]): Promise<void> {
  for (const key of names) {
    const slot = keySlot(key);
    const owner = run.owners.of(slot);
    const [dump, ttl] = await run.tellOwner(owner, [
      ["DUMP", key],
      ["PTTL", key],
    ]);
    if (dump?.ok && Buffer.isBuffer(dump.value) && ttl?.ok)
      run.job.journal.keep({ slot, nodeId: owner.id, key, ttlMs: Number(ttl.value), dump: dump.value });
  }
}
