import { z } from "zod";
import type { Of } from "@/lib/of";
import { connectSchema } from "./clusters";

/** How the sources of an import let the console in. Sealed when it comes; never told again, in no plan and no journal. */
export const sourceAccessSchema = z
  .object({
    user: connectSchema.shape.user,
    password: connectSchema.shape.password,
    /** Of the Sentinels, where they want one of their own. */
    sentinelUser: connectSchema.shape.user,
    sentinelPassword: connectSchema.shape.password,
    tls: connectSchema.shape.tls,
  })
  .refine(({ user, password }) => user === undefined || password !== undefined, "a user has a password")
  .refine((all) => Object.values(all).some((value) => value !== undefined), "an access is not empty");
export type SourceAccess = Of<typeof sourceAccessSchema>;

/** Its name in a wish. */
export const sourceAccessNameSchema = z.object({ access: z.string() });
