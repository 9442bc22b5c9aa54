import { release, totalmem, type } from "node:os";
import type { HostFacts, MemoryFacts } from "../dispatch/host";

/** Reading it costs more than a command does. */
const FRESH_MS = 100;

export function hostFacts(configFile: string): HostFacts {
  let read: MemoryFacts | undefined;
  let readMs = 0;
  return {
    processId: process.pid,
    os: `${type()} ${release()} ${process.arch === "x64" ? "x86_64" : process.arch}`,
    executable: process.argv[1] ?? process.execPath,
    configFile,
    version: process.version,
    memory: () => {
      const now = performance.now();
      if (read && now - readMs < FRESH_MS) return read;
      const { heapUsed, external, rss } = process.memoryUsage();
      readMs = now;
      read = { usedBytes: heapUsed + external, residentBytes: rss, totalBytes: totalmem() };
      return read;
    },
    cpu: () => {
      const { user, system } = process.cpuUsage();
      return { user: user / 1e6, system: system / 1e6 };
    },
    crash: () => {
      process.kill(process.pid, "SIGSEGV");
    },
    sleep: (ms) => {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
    },
  };
}
