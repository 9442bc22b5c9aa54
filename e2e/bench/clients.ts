import { type ChildProcess, fork } from "node:child_process";

/** What clients of the cluster felt, as a process of their own measured it. */
export type Felt = {
  readonly operations: number;
  readonly errors: readonly string[];
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
};

export type ClientOptions = { readonly ports: readonly number[]; readonly perSecond: number; readonly keys: number };

export type Clients = {
  /** What was felt since the last call. */
  felt(): Promise<Felt>;
  stop(): void;
};

/** GET and SET by turns, at a fixed rate, over keys of the fill. */
export async function startClients(built: string, options: ClientOptions): Promise<Clients> {
  const child = fork(built, [JSON.stringify(options)], { execArgv: [], stdio: "inherit" });
  process.on("exit", () => child.kill("SIGKILL"));
  await message(child);
  return {
    felt: () => {
      const told = message(child);
      child.send("tell");
      return told as Promise<Felt>;
    },
    stop: () => void child.kill("SIGKILL"),
  };
}

function message(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const gone = () => reject(new Error("the clients ended"));
    child.once("exit", gone);
    child.once("message", (told) => {
      child.off("exit", gone);
      resolve(told);
    });
  });
}
