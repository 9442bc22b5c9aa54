import { formatBytes, plural } from "@/lib/format";

/** Lines of preflight about saving a cluster: part of `preflight`. */
export const backupPreflight = {
  "backup-shards": {
    pass: ({ shards }: { shards: number }) => `${plural(shards, "shard owns", "shards own")} slots and will be saved.`,
    fail: () => "No shard owns a slot, so there is nothing to save.",
  },
  "backup-room": {
    pass: ({ bytes, free }: { bytes: number; free: number }) =>
      `The data folder has ${formatBytes(free)} free; the shards take ${formatBytes(bytes)} of memory, and less in files.`,
    fail: ({ bytes, free }: { bytes: number; free: number }) =>
      `The data folder has only ${formatBytes(free)} free, and the shards take ${formatBytes(bytes)} of memory. Files are smaller, but nobody knows by how much. Make room first.`,
    unknown: () => "How much the disk of the data folder has free, or how big the shards are, could not be read.",
  },
  "restore-empty": {
    pass: () => "The cluster holds no key.",
    fail: ({ keys }: { keys: number }) =>
      `The cluster holds ${plural(keys, "key", "keys")}. Empty it first, or choose what becomes of keys that are there already.`,
  },
  "restore-database": {
    pass: () => "All keys of the backup are in database 0.",
    fail: ({ databases }: { databases: readonly string[] }) =>
      `The backup has keys in ${databases.join(", ")}; only those of database 0 can be restored here.`,
  },
  "restore-evictions": {
    pass: () => "No owner evicts keys when its memory is full.",
    fail: ({ nodes }: { nodes: readonly string[] }) =>
      `${nodes.join(", ")} ${nodes.length === 1 ? "evicts" : "evict"} keys when maxmemory is reached: without room, restored keys may be gone again at once. Look at the memory first, or set maxmemory-policy to noeviction meanwhile.`,
  },
  "restore-functions": {
    pass: ({ functions }: { functions: number }) =>
      functions === 0
        ? "The backup holds no functions."
        : `${plural(functions, "function library", "function libraries")} of the backup ${functions === 1 ? "is" : "are"} loaded on every owner.`,
    fail: ({ functions, nodes }: { functions: number; nodes: readonly string[] }) =>
      `The backup holds ${plural(functions, "function library", "function libraries")}, and ${nodes.join(", ")} ${nodes.length === 1 ? "does" : "do"} not tell the console of any (functions exist from 7.0 on): they are left out, and FCALL will fail there. Upgrade first, or restore the keys alone.`,
  },
  "backup-from-replicas": {
    pass: ({ shards }: { shards: number }) =>
      `${shards === 1 ? "The shard is" : `All ${shards} shards are`} saved from a replica in sync.`,
    fail: ({ nodes }: { nodes: readonly string[] }) =>
      `${nodes.join(", ")} ${nodes.length === 1 ? "has" : "have"} no replica in sync, so the ${nodes.length === 1 ? "primary forks itself" : "primaries fork themselves"}: its clients may wait for some milliseconds a gigabyte, and its memory grows by what is written meanwhile.`,
  },
};
