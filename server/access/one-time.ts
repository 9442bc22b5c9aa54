import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { Of } from "@/lib/of";
import { roleSchema } from "@/lib/wire/access";

/**
 * One-time sign-ins: a file `<data>/sign-in/<sha256 of the token>` that says who may come in, as what, until when. The
 * token itself is nowhere kept. To remove the file is to spend it, and only one of two can remove it.
 *
 * Files, not rows: `npm start` hands out a link to a console that runs already, without asking it.
 */
const grantSchema = z.object({ role: roleSchema, name: z.string().min(1).max(64), expiresAtMs: z.number() });
export type Grant = Of<typeof grantSchema>;

const fileName = /^[0-9a-f]{64}$/;

export const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

export function grantOnce(dataFolder: string, grant: Grant): string {
  const token = randomBytes(32).toString("base64url");
  const folder = join(dataFolder, "sign-in");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(join(folder, sha256(token)), JSON.stringify(grant), { mode: 0o600, flag: "wx" });
  return token;
}

/** Undefined: unknown, spent already, or too late. */
export function spend(dataFolder: string, token: string, nowMs: number): Grant | undefined {
  const path = join(dataFolder, "sign-in", sha256(token));
  try {
    const text = readFileSync(path, "utf8");
    unlinkSync(path);
    const grant = grantSchema.safeParse(JSON.parse(text));
    return grant.success && grant.data.expiresAtMs > nowMs ? grant.data : undefined;
  } catch {
    return undefined;
  }
}

export function removeExpiredGrants(dataFolder: string, nowMs: number): void {
  const folder = join(dataFolder, "sign-in");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const name of readdirSync(folder)) {
    if (!fileName.test(name)) continue;
    const path = join(folder, name);
    if (!isLive(path, nowMs)) unlinkSync(path);
  }
}

function isLive(path: string, nowMs: number): boolean {
  try {
    return grantSchema.parse(JSON.parse(readFileSync(path, "utf8"))).expiresAtMs > nowMs;
  } catch {
    return false;
  }
}
