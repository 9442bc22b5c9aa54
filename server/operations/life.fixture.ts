import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
/** Vite runs the TypeScript of a process that is not a test. */
const runner = `
import { runnerImport } from "vite";
const { module } = await runnerImport(process.argv[1], { root: ${JSON.stringify(root)}, configFile: false, logLevel: "error", resolve: { alias: { "@": ${JSON.stringify(root)} } } });
await module[process.argv[2]](process.argv.slice(3));
`;

const running = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

export type Life = {
  /** Everything that it has said so far. */
  output(): string;
  thaw(): void;
  kill(): Promise<void>;
};

/** A life of the console in a process of its own, that can be killed or frozen: a function of first-life.fixture.ts. */
export function startLife(entry: "firstLife" | "firstImport", args: readonly (string | number)[]): Life {
  const file = join(root, "server/operations/first-life.fixture.ts");
  const all = ["--input-type=module", "-e", runner, file, entry, ...args.map(String)];
  const child = spawn(process.execPath, all, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
  running.add(child);
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => {
      output += chunk.toString();
    });
  const gone = new Promise<void>((resolve) =>
    child.once("exit", () => {
      running.delete(child);
      resolve();
    }),
  );
  return {
    output: () => output,
    thaw: () => void child.kill("SIGCONT"),
    kill: () => {
      child.kill("SIGKILL");
      return gone;
    },
  };
}
