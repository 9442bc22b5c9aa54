import { type ErrorBody, httpStatusOf, isOpsError } from "@/lib/errors";
import type { RouteSpec } from "@/lib/wire/routes/route";
import type { Log } from "./log";
import { refuse } from "./refuse";

/** What goes out is checked too: a field that is not in the table of routes never leaves. */
export function jsonReply(spec: RouteSpec, answer: unknown, headers: Headers): Response {
  headers.set("cache-control", "no-store");
  return Response.json(spec.reply.parse(answer), { status: spec.status ?? 200, headers });
}

type Asked = {
  readonly id: string;
  readonly name: string;
  readonly startedMs: number;
  readonly actor: string | undefined;
  readonly log: Log | undefined;
};

/** Broad on purpose: the one catch of the API. What is not an OpsError says only its id; the log has the rest. */
export function errorReply(thrown: unknown, { log, ...asked }: Asked): Response {
  const error = isOpsError(thrown) ? thrown : refuse("internal", "internal", { id: asked.id }, thrown);
  const status = httpStatusOf[error.code];
  const tookMs = Math.round(performance.now() - asked.startedMs);
  if (status < 500) log?.info({ ...asked, status, code: error.code, tookMs });
  else log?.error({ ...asked, status, code: error.code, tookMs, err: error.cause ?? error });
  const body: ErrorBody = {
    error: {
      code: error.code,
      message: error.message,
      id: asked.id,
      ...(error.sentence ? { sentence: error.sentence } : {}),
      ...(error.details ? { details: error.details } : {}),
    },
  };
  return Response.json(body, { status, headers: { "cache-control": "no-store", "x-request-id": asked.id } });
}
