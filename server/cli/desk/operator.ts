import type { Actor } from "@/lib/wire/access";

/** Who works at this shell. */
export const operator = (): Actor => ({
  name: process.env.SUDO_USER || process.env.USER || process.env.LOGNAME || "cli",
  role: "admin",
  from: "cli",
});
