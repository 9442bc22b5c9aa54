import { formatBytes, plural } from "@/lib/format";

type Names = readonly string[];
type Source = { readonly source: string };

/** Lines of preflight about servers whose keys are imported: part of `preflight`. */
export const importPreflight = {
  "import-source-answers": {
    pass: ({ sources }: { sources: Names }) => `${sources.join(", ")} ${sources.length === 1 ? "answers" : "answer"}.`,
    fail: ({ source, reach, reason }: { source: string; reach: string; reason: string }) =>
      reach === "wrong-password"
        ? `${source} refuses the user name or password (${reason}). Give those of the source.`
        : reach === "no-primary"
          ? `No Sentinel tells the address of a primary called ${source} (${reason}). Check the name and the Sentinels.`
          : `${source} does not answer (${reason}). Start it, or check the address.`,
  },
  "import-source-alone": {
    pass: () => "Every source is a server of no cluster.",
    fail: ({ source }: Source) =>
      `${source} is a node of a cluster (cluster_enabled:1). Import takes standalone servers; move between clusters by backup and restore.`,
  },
  "import-source-primary": {
    pass: () => "Every source is a primary.",
    fail: ({ source }: Source) => `${source} is a replica: what it holds may be old. Give its primary.`,
  },
  "import-source-version": {
    pass: () => "Every source is of version 5.0 or later.",
    fail: ({ source, version }: { source: string; version: string }) =>
      `${source} is of version ${version}; import takes 5.0 and later. Upgrade it, or let a newer server replicate it first.`,
  },
  "import-source-once": {
    pass: () => "No source is named twice.",
    fail: ({ source }: Source) => `${source} is another name of a source that is named already. Name it once.`,
  },
  "import-databases": {
    pass: ({ db, skipped }: { db: number; skipped: Names }) =>
      skipped.length === 0
        ? `All keys are in database ${db}.`
        : `Only database ${db} is imported; ${skipped.join(", ")} stay behind, as it was chosen.`,
    fail: ({ db, where }: { db: number; where: Names }) =>
      `A cluster has one database, and there are keys besides database ${db}: ${where.join(", ")}. Choose one database and skip the others, or import them one by one.`,
  },
  "import-source-rights": {
    pass: () => "The account at the sources may send every command of this plan.",
    fail: ({ source, commands }: { source: string; commands: Names }) =>
      `On ${source} the account may not use ${commands.join(", ")}. Allow it with ACL SETUSER.`,
    unknown: ({ sources }: { sources: Names }) =>
      `${sources.join(", ")} cannot tell beforehand which commands the account may send (ACL DRYRUN exists from 7.0 on).`,
  },
  "import-memory": {
    pass: ({ bytes }: { bytes: number }) => `Every owner has room for its share of about ${formatBytes(bytes)}.`,
    fail: ({ node, bytes, free }: { node: string; bytes: number; free: number }) =>
      `${node} has ${formatBytes(free)} below maxmemory, and about ${formatBytes(bytes)} come. Raise maxmemory, or add a shard first.`,
  },
  "import-present": {
    pass: ({ drawn }: { drawn: number }) =>
      `Of ${plural(drawn, "key", "keys")} drawn at random the cluster has none with another value.`,
    fail: ({ drawn, keys }: { drawn: number; keys: Names }) =>
      `Of ${plural(drawn, "key", "keys")} drawn at random the cluster has ${keys.length} with another value, such as ${keys.slice(0, 3).join(", ")}. Look which one counts: keep those of the cluster, or replace them.`,
  },
  "import-follow-empty": {
    pass: () => "The cluster holds no key: what it has from now on is what the sources have.",
    fail: ({ keys }: { keys: number }) =>
      `The cluster holds ${plural(keys, "key", "keys")}. While a source is followed its keys are replaced and deleted as they are there, so the cluster must be empty: copy instead, or empty it first.`,
  },
  "import-cut-over": {
    pass: () => "At the cut-over the sources hold their writers by themselves (CLIENT PAUSE WRITE).",
    fail: ({ source }: Source) =>
      `${source} cannot hold its writers by itself (before 6.2): stop them before you cut over. It is watched until nothing is written for two seconds.`,
  },
  "import-two-sources": {
    pass: ({ drawn }: { drawn: number }) =>
      `Of ${plural(drawn, "key", "keys")} drawn at random none is on two sources.`,
    fail: ({ drawn, keys }: { drawn: number; keys: Names }) =>
      `Of ${plural(drawn, "key", "keys")} drawn at random ${keys.length} are on two sources, such as ${keys.slice(0, 3).join(", ")}: nobody can tell which one counts. Delete the wrong ones first.`,
  },
  "import-big-keys": {
    pass: () => "No key that was sampled is too big to be written within half of the node timeout.",
    fail: ({ source, key, bytes, limit }: { source: string; key: string; bytes: number; limit: number }) =>
      `${key} on ${source} takes ${formatBytes(bytes)}; above ${formatBytes(limit)} its owner would be silent for too long, so such keys are left out and named.`,
  },
  "import-guarded": {
    pass: () => "Every owner has a replica: a key leaves its source when that has it too.",
    fail: ({ nodes }: { nodes: Names }) =>
      `${nodes.join(", ")} ${nodes.length === 1 ? "has" : "have"} no replica: what the sources have lost is gone if ${nodes.length === 1 ? "it dies" : "one dies"}. Copy instead, or add replicas.`,
  },
  "import-functions": {
    pass: () => "The sources hold no functions.",
    fail: ({ source, functions }: { source: string; functions: number }) =>
      `${source} holds ${plural(functions, "function library", "function libraries")}, which are not imported: load them with FUNCTION LOAD.`,
  },
};
