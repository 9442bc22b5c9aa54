import { createHash, randomBytes } from "node:crypto";
import { chmodSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Refusal } from "./say.mjs";

const LINK_HOURS = 12;

/** Makes the data folder (0700) and proves that it can be written, before anything else is done. */
export function openDataFolder() {
  const data = resolve(process.env.SHARDBOARD_DATA || ".shardboard");
  try {
    mkdirSync(data, { recursive: true, mode: 0o700 });
    chmodSync(data, 0o700);
    const probe = join(data, `.probe-${process.pid}`);
    writeFileSync(probe, "");
    rmSync(probe);
    return data;
  } catch (error) {
    throw new Refusal(
      `The data folder ${data} cannot be written: ${error.message}. Make it writable for this user, or set SHARDBOARD_DATA to another folder.`,
    );
  }
}

/**
 * A link that signs in once as admin. Only the hash of its token is kept: `<data>/sign-in/<sha256>`; the token travels
 * in the fragment, which no server and no log sees.
 */
export function signInLink(data, base) {
  const token = randomBytes(32).toString("base64url");
  const folder = join(data, "sign-in");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const name = createHash("sha256").update(token).digest("hex");
  const grant = { role: "admin", name: "admin", expiresAtMs: Date.now() + LINK_HOURS * 3_600_000 };
  writeFileSync(join(folder, name), JSON.stringify(grant), { mode: 0o600, flag: "wx" });
  return `${base}/login#${token}`;
}
