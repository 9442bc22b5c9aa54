import { readFileSync } from "node:fs";
import { run, tail } from "./run.mjs";
import { say, secondsSince } from "./say.mjs";

export function isDebian() {
  try {
    return /^(ID|ID_LIKE)=.*\b(debian|ubuntu)\b/m.test(readFileSync("/etc/os-release", "utf8"));
  } catch {
    return false;
  }
}

/** Debian or Ubuntu, as root, and not forbidden by SHARDBOARD_INSTALL=0. */
export function mayInstall() {
  return isDebian() && process.getuid?.() === 0 && process.env.SHARDBOARD_INSTALL !== "0";
}

export const aptLine = (names) => `apt-get install -y --no-install-recommends ${names.join(" ")}`;

/** Says what it will do, does it, and tells whether it was done. No service is started or stopped by these packages. */
export async function aptInstall(names, why) {
  const startMs = Date.now();
  say(`${why}: installing ${names.join(" and ")} (${aptLine(names)}). SHARDBOARD_INSTALL=0 forbids this.`);
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  const install = () => run("apt-get", aptLine(names).split(" ").slice(1), { env });
  let done = await install();
  if (!done.ok) {
    await run("apt-get", ["update"], { env });
    done = await install();
  }
  say(done.ok ? `Installed in ${secondsSince(startMs)}` : `apt-get failed:\n${tail(done.output, 10)}`);
  return done.ok;
}
