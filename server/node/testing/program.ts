import { type ChildProcess, spawn } from "node:child_process";

/** How a process ended: its code, or the signal that ended it. */
export type Ended = number | NodeJS.Signals | null;

/** A server started as people start it, with what it printed and how it ended. */
export type Program = {
  readonly pid: number;
  readonly ended: Promise<Ended>;
  printed(): string;
  signal(name: NodeJS.Signals): void;
};

const running = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

export function startProgram(path: string, args: readonly string[]): Program {
  const child = spawn(path, args, { stdio: ["ignore", "pipe", "pipe"] });
  running.add(child);
  let printed = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (bytes: Buffer) => {
      printed += bytes.toString("latin1");
    });
  const ended = new Promise<Ended>((done) =>
    child.once("close", (code, signal) => {
      running.delete(child);
      done(code ?? signal);
    }),
  );
  return { pid: child.pid ?? 0, ended, printed: () => printed, signal: (name) => void child.kill(name) };
}
