import { z } from "zod";
import type { Of } from "@/lib/of";

export const roles = ["viewer", "operator", "admin"] as const;
export const roleSchema = z.enum(roles);
export type Role = (typeof roles)[number];

/** Each role may do what the ones before it may. */
export const roleAllows = (has: Role, needs: Role): boolean => roles.indexOf(has) >= roles.indexOf(needs);

export const sessionSchema = z.object({
  name: z.string(),
  role: roleSchema,
  expiresAtMs: z.number(),
  version: z.string(),
  /** The role that came with the sign-in, when half an hour without an act has taken it down to viewer. */
  idleFrom: roleSchema.optional(),
});
export type Session = Of<typeof sessionSchema>;

export const signInSchema = z.object({ token: z.string().min(16).max(256) });

/** A link that signs somebody in once, with the role it names: how a viewer gets in before there are accounts. */
export const inviteSchema = z.object({
  name: z.string().trim().min(1).max(64),
  role: roleSchema,
  forMs: z
    .int()
    .min(60_000)
    .max(7 * 86_400_000)
    .default(86_400_000),
});
export const inviteLinkSchema = z.object({ path: z.string(), expiresAtMs: z.number() });

/** Who acts: every mutating call of the engine takes one and checks it again. */
export type Actor = { readonly name: string; readonly role: Role; readonly from: string };
