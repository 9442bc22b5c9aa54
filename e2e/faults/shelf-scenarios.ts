import type { BackupSummary } from "@/lib/wire/backups";
import type { FaultCluster } from "./cluster";
import type { FaultNode } from "./nodes";
import { ownersOf, type Scenario } from "./scenario";
import { type Shell, told } from "./shell";
import { typedFor } from "./typed";

/** Everything into a backup, and everything from one: what the cluster held is what it has to hold again. */
const LIBRARY = "faults";
const CODE = `#!lua name=${LIBRARY}\nredis.register_function('here', function() return 1 end)`;

const owning = async (cluster: FaultCluster): Promise<readonly FaultNode[]> =>
  [...(await ownersOf(cluster))].flatMap(([node, ranges]) => (ranges.length > 0 ? [node] : []));

/** Newest first. */
async function sealed({ entry }: FaultCluster, shell: Shell): Promise<readonly BackupSummary[]> {
  const ended = await shell.run(["cluster", "backups", entry, "--json"]);
  if (ended.code !== 0) throw new Error(`no list of backups: ${told(ended)}`);
  return (JSON.parse(ended.out) as readonly BackupSummary[]).filter(({ state }) => state === "sealed");
}

async function keysIn(cluster: FaultCluster): Promise<number> {
  const sizes = await Promise.all((await owning(cluster)).map(({ redis }) => redis.dbsize()));
  return sizes.reduce((sum, size) => sum + size, 0);
}

const libraries = (node: FaultNode) =>
  node.redis.call("FUNCTION", "LIST", "LIBRARYNAME", LIBRARY) as Promise<unknown[]>;

async function loadLibrary(cluster: FaultCluster): Promise<void> {
  for (const { redis } of await owning(cluster)) await redis.call("FUNCTION", "LOAD", "REPLACE", CODE);
}

/** The newest backup that is whole, or one that is made now: found once a session. */
const found = new WeakMap<FaultCluster, Promise<string>>();
function aBackup(cluster: FaultCluster, shell: Shell): Promise<string> {
  const known = found.get(cluster) ?? findBackup(cluster, shell);
  found.set(cluster, known);
  return known;
}

async function findBackup(cluster: FaultCluster, shell: Shell): Promise<string> {
  const [newest] = await sealed(cluster, shell);
  if (newest) return newest.id;
  await loadLibrary(cluster);
  const asked = ["cluster", "backup", cluster.entry, "--json"];
  const typed = typedFor(await shell.run([...asked, "--dry-run"]));
  const sure = ["--yes", "--reason", "a run of faults", ...(typed ? ["--confirm", typed] : [])];
  const saved = await shell.run([...asked, ...sure]);
  const [made] = await sealed(cluster, shell);
  if (!made) throw new Error(`no backup was made: ${told(saved)}`);
  return made.id;
}

export const shelfScenarios: readonly Scenario[] = [
  {
    verb: "backup",
    counts: /^P?SYNC$/,
    isQuiet: true,
    prepare: loadLibrary,
    wish: async (cluster, shell) => {
      const before = await sealed(cluster, shell);
      const keys = await keysIn(cluster);
      return {
        args: [],
        isDone: async () => {
          const [newest, ...others] = await sealed(cluster, shell);
          return newest?.keys === keys && others.length >= before.length;
        },
      };
    },
  },
  {
    verb: "restore",
    prepare: async (cluster, shell) => {
      await aBackup(cluster, shell);
      for (const { redis } of await owning(cluster)) {
        await redis.flushall();
        await redis.call("FUNCTION", "FLUSH");
      }
    },
    wish: async (cluster, shell) => ({
      args: [await aBackup(cluster, shell)],
      isDone: async () => {
        const loaded = await Promise.all((await owning(cluster)).map(libraries));
        return loaded.every((some) => some.length === 1);
      },
    }),
  },
];
