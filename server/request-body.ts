import type { z } from "zod";
import type { OpsError } from "@/lib/errors";
import { refuse } from "./refuse";

const LARGEST_BYTES = 1024 * 1024;
const forbiddenKeys: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);

/** The JSON body of a request, checked by `schema`. Throws OpsError `invalid` with the field that is at fault. */
export async function readBody(request: Request, schema: z.ZodType): Promise<unknown> {
  const type = request.headers.get("content-type") ?? "";
  if (!/^application\/json\s*(;|$)/i.test(type)) throw invalid("body", "is not application/json");
  const input = parseJson(await readText(request));
  const output = check(schema, input, "body");
  const stranger = unknownField(input, output, []);
  if (stranger) throw invalid(stranger, "is not a field of this request");
  return output;
}

/** Checks params, query or body; the first issue becomes the sentence. */
export function check(schema: z.ZodType, input: unknown, what: string): unknown {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw invalid(issue?.path.map(String).join(".") || what, issue?.message ?? "is not valid");
}

async function readText(request: Request): Promise<string> {
  const reader = request.body?.getReader();
  const parts: Uint8Array[] = [];
  let size = 0;
  while (reader) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.byteLength;
    if (size > LARGEST_BYTES) {
      await reader.cancel();
      throw invalid("body", `is larger than ${LARGEST_BYTES} bytes`);
    }
    parts.push(value);
  }
  return Buffer.concat(parts).toString("utf8");
}

function parseJson(text: string): unknown {
  let refused: string | undefined;
  try {
    const value: unknown = JSON.parse(text, (key, member: unknown) => {
      if (forbiddenKeys.has(key)) refused = key;
      return member;
    });
    if (refused === undefined) return value;
  } catch {
    throw invalid("body", "is not valid JSON");
  }
  throw invalid(refused, "is not allowed as the name of a field");
}

/** zod drops what it does not know; a misspelt option must not be dropped in silence. */
function unknownField(input: unknown, output: unknown, path: readonly string[]): string | undefined {
  if (typeof input !== "object" || input === null || typeof output !== "object" || output === null) return undefined;
  for (const [key, member] of Object.entries(input)) {
    const here = [...path, key];
    if (!Object.hasOwn(output, key)) return here.join(".");
    const deeper = unknownField(member, (output as Record<string, unknown>)[key], here);
    if (deeper) return deeper;
  }
  return undefined;
}

const invalid = (field: string, reason: string): OpsError => refuse("invalid", "fieldInvalid", { field, reason });
