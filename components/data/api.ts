import { errorBodySchema, OpsError } from "@/lib/errors";
import type { DeepReadonly } from "@/lib/of";
import { type RouteInput, type RouteName, type RouteReply, routes } from "@/lib/wire/routes";
import type { RouteSpec } from "@/lib/wire/routes/route";
import { en } from "@/lib/words/en";

export type CallInput<N extends RouteName> = {
  readonly params?: Readonly<Record<string, string | number>>;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly body?: DeepReadonly<RouteInput<N>>;
  readonly signal?: AbortSignal;
};

/** `/api/clusters/[clusterId]` with its names filled in. */
export function pathOf(name: RouteName, params: CallInput<RouteName>["params"] = {}): string {
  return routes[name].path.replace(/\[(\w+)\]/g, (_, key: string) => encodeURIComponent(String(params[key] ?? "")));
}

/**
 * Asks the API by the name of a route: input and reply are of the types that the route table declares. Whatever fails
 * is an OpsError with a code and a finished sentence, a console that does not answer too.
 */
export async function call<N extends RouteName>(name: N, input: CallInput<N> = {}): Promise<RouteReply<N>> {
  const spec: RouteSpec = routes[name];
  const query = Object.entries(input.query ?? {}).flatMap(([key, value]) =>
    value === undefined ? [] : [`${key}=${encodeURIComponent(value)}`],
  );
  const url = pathOf(name, input.params) + (query.length > 0 ? `?${query.join("&")}` : "");
  const response = await send(url, spec.method, input.body, input.signal);
  const text = await response.text();
  if (!response.ok) throw errorOf(response.status, text);
  const parsed = spec.reply.safeParse(JSON.parse(text));
  if (!parsed.success)
    throw new OpsError({ code: "internal", message: en.shell.api.unreadable(url), cause: parsed.error });
  return parsed.data as RouteReply<N>;
}

async function send(url: string, method: string, body: unknown, signal: AbortSignal | undefined): Promise<Response> {
  try {
    return await fetch(url, {
      method,
      credentials: "same-origin",
      headers: {
        // Refreshes go on by themselves; only a hand on the page keeps a session's rights alive.
        "x-shardboard-attention": globalThis.navigator?.userActivation?.isActive ? "act" : "look",
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal ? { signal } : {}),
    });
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw new OpsError({ code: "unreachable", message: en.shell.api.silent, cause });
  }
}

function errorOf(status: number, text: string): OpsError {
  try {
    const { error } = errorBodySchema.parse(JSON.parse(text));
    return new OpsError({ ...error });
  } catch {
    return new OpsError({ code: "internal", message: en.shell.api.failed(status) });
  }
}

/** The sentence of anything that was thrown. */
export const sentenceOf = (error: unknown): string =>
  error instanceof OpsError ? error.message : en.shell.api.unexpected;
