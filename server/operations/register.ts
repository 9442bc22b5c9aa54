import type { Endpoint } from "@/lib/cluster/node";
import { formatEndpoint } from "@/lib/cluster/node";
import type { Plan } from "@/lib/plans/plan";
import type { Environment } from "@/lib/wire/clusters";
import { candidatesOf } from "@/server/admin/steps/context";
import { refuse } from "@/server/refuse";
import type { Parts } from "./parts";

/**
 * A cluster that is about to be made is known from the start of its operation, so that a restart finds it again. It is
 * looked at only from the moment on in which its nodes know each other. Nodes of this console's own bring their
 * password along.
 */
export async function registerNew(
  { registry, runtime }: Pick<Parts, "registry" | "runtime">,
  plan: Plan,
): Promise<void> {
  if (registry.find(plan.clusterId)) return;
  const candidates = candidatesOf(plan);
  const nodes = await runtime.list();
  const managed = candidates.flatMap(({ dial }) => nodes.filter((node) => same(node.endpoint, dial)));
  const isSandbox = managed.length === candidates.length && managed.every((node) => node.sandbox);
  const environment: Environment = isSandbox ? "sandbox" : "production";
  const dials = managed.map((node) => runtime.dial(node.id));
  const known = dials.find((dial) => dial.password !== undefined);
  const record = registry.add({
    name: plan.clusterName,
    environment,
    seeds: candidates.map(({ endpoint }) => endpoint).slice(0, 16),
    ...registry.newcomers,
    ...(known?.user === undefined ? {} : { user: known.user }),
    ...(known?.password === undefined ? {} : { password: known.password }),
    addressMap: candidates
      .filter(({ endpoint, dial }) => !same(endpoint, dial))
      .map(({ endpoint, dial }) => ({ announced: endpoint, dial })),
    labels: {},
  });
  if (record.id === plan.clusterId) return;
  registry.remove(record.id);
  throw refuse("refused", "clusterNameTaken", { cluster: plan.clusterName });
}

/** A create that did not come to touch anything leaves no trace. */
export function unregister({ registry, observer }: Pick<Parts, "registry" | "observer">, { clusterId }: Plan): void {
  if (!registry.find(clusterId)) return;
  observer.unwatch(clusterId);
  registry.remove(clusterId);
}

const same = (a: Endpoint, b: Endpoint): boolean => formatEndpoint(a) === formatEndpoint(b);
