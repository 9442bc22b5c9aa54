import { setTimeout as sleep } from "node:timers/promises";
import type { z } from "zod";
import type { ClusterId } from "@/lib/cluster/node";
import { formatEndpoint } from "@/lib/cluster/node";
import { errorBodySchema, OpsError } from "@/lib/errors";
import type { Operation } from "@/lib/operation";
import { type RouteName, type RouteReply, routes } from "@/lib/wire/routes";
import type { RouteSpec } from "@/lib/wire/routes/route";
import { cli } from "@/lib/words/en/cli";
import { refuse } from "@/server/refuse";
import { UsageError } from "../grammar/asked";
import { type FlagName, type FlagValues, spelled } from "../grammar/flags";
import type { Out } from "../tell/out";
import { type Desk, type Looker, rests } from "./desk";

const LOOK_EVERY_MS = 250;
const TIMEOUT_MS = 60_000;
const SETTLE_MARGIN_MS = 60_000;
/** These say how this process reaches the nodes; a console has its own way. */
const OWN_REACH = ["a", "user", "askpass", "tls", "cacert", "cert", "key", "insecure", "sni"] as const;

type Call = <N extends RouteName>(
  name: N,
  input?: { readonly params?: Readonly<Record<string, string | number>>; readonly body?: unknown },
) => Promise<RouteReply<N>>;

/** A console's API. `clusterText` undefined: for a cluster that is to be made. */
export async function openRemoteDesk(
  flags: FlagValues,
  clusterText: string | undefined,
  out: Out,
): Promise<Desk & Looker> {
  const call = callerOf(flags, out);
  let known = clusterText === undefined ? undefined : await findCluster(call, clusterText, flags.console ?? "");
  const params = () => ({ clusterId: known ?? "" });
  const read = (operationId: number) => call("operations.read", { params: { ...params(), operationId } });
  const until = async (operationId: number, done: (now: Operation) => boolean, forMs = Number.POSITIVE_INFINITY) => {
    const end = Date.now() + forMs;
    for (;;) {
      const now = await read(operationId);
      if (done(now) || Date.now() > end) return now;
      await sleep(LOOK_EVERY_MS);
    }
  };
  return {
    picture: async () => {
      const { topology, findings } = await call("clusters.read", { params: params() });
      if (!topology) throw refuse("unreachable", "cliNoPicture", { cluster: known ?? "" });
      return { topology, findings };
    },
    deepCheck: () => call("check.run", { params: params() }),
    call: (called) => call("calls.create", { params: params(), body: called }),
    plan: (wish) =>
      wish.verb === "create"
        ? call("creations.plan", { body: wish })
        : call("plans.create", { params: params(), body: wish }),
    keepAccess: async (access) => (await call("accesses.create", { params: params(), body: access })).access,
    giveAccess: async () => {
      throw new UsageError(cli.usage.notThroughConsole({ flag: "--cluster-from-askpass" }));
    },
    start: (plan, { typed, reason, schedule }) => {
      known = plan.clusterId;
      return call("operations.start", { params: params(), body: { planId: plan.id, typed, reason, schedule } });
    },
    act: (operationId, action) => call("operations.act", { params: { ...params(), operationId, action } }),
    operations: () => call("operations.list", { params: params() }),
    backups: () => call("backups.list", { params: params() }),
    follow: (operationId, onChange) =>
      until(operationId, (now) => {
        onChange(now);
        return rests(now);
      }),
    settled: async ({ id }) => (await until(id, (now) => now.settled !== undefined, SETTLE_MARGIN_MS)).settled,
    recover: async () => {},
    close: async () => {},
  };
}

function callerOf(flags: FlagValues, out: Out): Call {
  const given = OWN_REACH.find((name: FlagName) => flags[name] !== undefined);
  if (given) throw new UsageError(cli.usage.notThroughConsole({ flag: spelled(given) }));
  const base = flags.console ?? "";
  if (!/^https?:\/\/[^/]/.test(base) || !URL.canParse(base))
    throw new UsageError(cli.usage.consoleUrl({ given: base }));
  if (flags.token !== undefined) out.note(cli.passwordSeen({ flag: "--token" }));
  const token = flags.token ?? process.env.SHARDBOARD_TOKEN;
  if (!token) throw new UsageError(cli.usage.noToken());
  return (name, { params = {}, body } = {}) => ask({ base, token, name, params, body }) as never;
}

type Ask = {
  readonly base: string;
  readonly token: string;
  readonly name: RouteName;
  readonly params: Readonly<Record<string, string | number>>;
  readonly body: unknown;
};

async function ask({ base, token, name, params, body }: Ask): Promise<unknown> {
  const spec: RouteSpec = routes[name];
  const path = spec.path.replaceAll(/\[(\w+)\]/g, (_, key: string) => encodeURIComponent(String(params[key] ?? "")));
  let response: Response;
  try {
    response = await fetch(new URL(path, base), {
      method: spec.method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      redirect: "error",
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    throw unreachable(base, cause instanceof Error ? cause.message : String(cause), error);
  }
  const text = await response.text();
  const parsed = jsonOf(text);
  if (!response.ok) throw refusalOf(parsed, base, response.status);
  const reply = (spec.reply as z.ZodType).safeParse(parsed);
  if (reply.success) return reply.data;
  throw unreachable(base, `it answers ${name} in a form that this version does not know`, reply.error);
}

function refusalOf(body: unknown, base: string, status: number): OpsError {
  const told = errorBodySchema.safeParse(body);
  if (!told.success) return unreachable(base, `HTTP ${status}`);
  const { code, message, sentence, details } = told.data.error;
  return new OpsError({ code, message, sentence, details });
}

const unreachable = (url: string, reason: string, cause?: unknown): OpsError =>
  refuse("unreachable", "cliConsole", { url, reason }, cause);

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** By name or id, else the one that has a node of that address. */
async function findCluster(call: Call, given: string, url: string): Promise<ClusterId> {
  const all = await call("clusters.list");
  const named = all.find((one) => one.id === given || one.name === given);
  if (named) return named.id;
  for (const { id } of all) {
    const { topology } = await call("clusters.read", { params: { clusterId: id } });
    const isHere = topology?.nodes.some(
      (node) => formatEndpoint(node.endpoint) === given || formatEndpoint(node.dial) === given,
    );
    if (isHere) return id;
  }
  throw refuse("not_found", "cliClusterUnknown", { given, url });
}
