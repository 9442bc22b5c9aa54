import { execFile } from "node:child_process";
import { readdir, readFile, readlink } from "node:fs/promises";
import { programOf } from "./embedded";

/**
 * What the operating system says of a process. `started` tells two processes apart that had the same pid: a pid comes
 * back, a pid with its start time does not. It is compared as text, never parsed.
 */
export type ProcessFacts = {
  readonly pid: number;
  readonly started: string;
  readonly startedMs: number;
  readonly rssBytes: number;
  /** The executable: a full path where the system tells it (Linux), else the bare name; of an embedded node its script. Empty: not to be seen. */
  readonly exe: string;
  /** It was halted by SIGSTOP. */
  readonly isStopped: boolean;
  /** The working folder; only where the system tells it. */
  readonly cwd: string | undefined;
};

export interface ProcessTable {
  /** Undefined: there is no such process, or only its remains (a zombie). */
  read(pid: number): Promise<ProcessFacts | undefined>;
}

/** USER_HZ: the unit of /proc/<pid>/stat, 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

export const procTable: ProcessTable = {
  async read(pid) {
    const stat = await text(`/proc/${pid}/stat`);
    // The name in parentheses may hold spaces and parentheses itself: fields are counted from the last one.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const ticks = fields[19];
    if (!ticks || (/^[ZX]$/.test(fields[0] ?? "") && !(await hasOtherThreads(pid)))) return undefined;
    const [bootId, system, status, exe, cwd] = await Promise.all([
      text("/proc/sys/kernel/random/boot_id"),
      text("/proc/stat"),
      text(`/proc/${pid}/status`),
      readlink(`/proc/${pid}/exe`).catch(() => ""),
      readlink(`/proc/${pid}/cwd`).catch(() => undefined),
    ]);
    const bootSec = Number(/^btime (\d+)$/m.exec(system)?.[1] ?? 0);
    return {
      pid,
      started: `${bootId.trim()}/${ticks}`,
      startedMs: bootSec * 1000 + (Number(ticks) * 1000) / TICKS_PER_SECOND,
      rssBytes: Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024,
      // After an upgrade of the package the running file has been replaced.
      exe: await programOf(exe.replace(/ \(deleted\)$/, ""), async () =>
        (await text(`/proc/${pid}/cmdline`)).split("\0"),
      ),
      cwd,
      isStopped: fields[0] === "T",
    };
  },
};

/** A killed process's first thread may be a zombie while the others still hold its ports. */
const hasOtherThreads = async (pid: number): Promise<boolean> =>
  (await readdir(`/proc/${pid}/task`).catch(() => [])).length > 1;

/** For systems without /proc. `ps` tells the start to the second and the bare name of the executable. */
export const psTable: ProcessTable = {
  async read(pid) {
    const line = await ps(["-o", "lstart=", "-o", "rss=", "-o", "stat=", "-o", "ucomm=", "-p", String(pid)]);
    const match = /^(\w{3}\s+\w{3}\s+\d+\s+[\d:]{8}\s+\d{4})\s+(\d+)\s+(\S+)\s+(.+)$/.exec(line.trim());
    if (!match || match[3]?.startsWith("Z")) return undefined;
    const started = (match[1] ?? "").replace(/\s+/g, " ");
    return {
      pid,
      started: `ps/${started}`,
      startedMs: Date.parse(started),
      rssBytes: Number(match[2]) * 1024,
      exe: await programOf((match[4] ?? "").trim(), async () =>
        (await ps(["-o", "args=", "-p", String(pid)])).split(" "),
      ),
      cwd: undefined,
      isStopped: match[3]?.startsWith("T") ?? false,
    };
  },
};

export const processTable: ProcessTable = process.platform === "linux" ? procTable : psTable;

const text = (path: string): Promise<string> => readFile(path, "utf8").catch(() => "");

function ps(args: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    execFile("ps", args, { env: { ...process.env, LC_ALL: "C" }, timeout: 5000 }, (_error, stdout) => resolve(stdout));
  });
}
