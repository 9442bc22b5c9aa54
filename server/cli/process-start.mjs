import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/**
 * Which process of this pid it is, as server/runtime/process-table.ts writes it into records: a pid comes back, a pid
 * with its start does not. Undefined: there is none, or only its remains.
 */
export function startOf(pid) {
  if (!Number.isInteger(pid) || pid < 1) return undefined;
  return process.platform === "linux" ? fromProc(pid) : fromPs(pid);
}

function fromProc(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (fields[0] === "Z" || fields[0] === "X") return undefined;
    return `${bootId()}/${fields[19]}`;
  } catch {
    return undefined;
  }
}

function bootId() {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  } catch {
    return "";
  }
}

function fromPs(pid) {
  try {
    const text = execFileSync("ps", ["-o", "lstart=", "-o", "stat=", "-p", String(pid)], {
      encoding: "utf8",
      env: { ...process.env, LC_ALL: "C" },
    }).trim();
    const match = /^(.+\d{4})\s+(\S+)$/.exec(text);
    return match && !match[2].startsWith("Z") ? `ps/${match[1].replace(/\s+/g, " ")}` : undefined;
  } catch {
    return undefined;
  }
}
