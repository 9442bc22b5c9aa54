import { z } from "zod";
import type { Of } from "@/lib/of";

export const opsErrorCodes = [
  "invalid",
  "unauthenticated",
  "forbidden",
  "not_found",
  "busy",
  "refused",
  "unreachable",
  "timed_out",
  "cancelled",
  "internal",
] as const;

export type OpsErrorCode = (typeof opsErrorCodes)[number];

/** HTTP status of each code. A Record, so that a new code does not compile until it is mapped. */
export const httpStatusOf: Record<OpsErrorCode, number> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  busy: 409,
  refused: 412,
  unreachable: 502,
  timed_out: 504,
  cancelled: 409,
  internal: 500,
};

const detailSchema = z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]);
export const detailsSchema = z.record(z.string(), detailSchema);
export type Details = Readonly<Record<string, string | number | boolean | readonly string[]>>;

/**
 * The one shape in which the API says that something failed. `sentence` names an entry of lib/words (errors.<sentence>),
 * `details` are what is filled in, `message` is the finished English sentence.
 */
export const errorBodySchema = z.object({
  error: z.object({
    code: z.enum(opsErrorCodes),
    message: z.string(),
    sentence: z.string().optional(),
    details: detailsSchema.optional(),
    id: z.string().optional(),
  }),
});

export type ErrorBody = Of<typeof errorBodySchema>;

export type OpsErrorOptions = {
  readonly code: OpsErrorCode;
  readonly message: string;
  readonly sentence?: string | undefined;
  readonly details?: Details | undefined;
  readonly cause?: unknown;
};

/** The one error class. The message is a sentence for an operator: which node, which slot, what was expected, what to do. */
export class OpsError extends Error {
  readonly code: OpsErrorCode;
  readonly sentence: string | undefined;
  readonly details: Details | undefined;

  constructor({ code, message, sentence, details, cause }: OpsErrorOptions) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "OpsError";
    this.code = code;
    this.sentence = sentence;
    this.details = details;
  }
}

/** `instanceof` does not hold between two bundles of the same module; the name and the code do. */
export function isOpsError(error: unknown): error is OpsError {
  return error instanceof Error && error.name === "OpsError" && "code" in error;
}
