import { asClusterId, type ClusterId, type Endpoint, formatEndpoint, type NodeLabels } from "@/lib/cluster/node";
import { OpsError } from "@/lib/errors";
import type { Connect, Connection, Environment } from "@/lib/wire/clusters";
import type { Dial } from "@/server/link";
import {
  type ClusterRow,
  deleteClusterRow,
  insertClusterRow,
  listClusterRows,
  updateClusterRow,
  updateClusterSecrets,
} from "@/server/store/clusters";
import type { Store } from "@/server/store/sqlite";
import type { Vault } from "@/server/store/vault";
import type { AddressPolicy } from "./addresses";
import { checkPem } from "./pem";
import { type Secrets, secretsOf, secretsSchema, shown, tlsOptions, withAccess } from "./secrets";
import { SourceAccesses } from "./source-accesses";
import { verifySeeds } from "./verify";

export type AddressMap = readonly { readonly announced: Endpoint; readonly dial: Endpoint }[];

export type ClusterRecord = {
  readonly id: ClusterId;
  readonly name: string;
  readonly environment: Environment;
  readonly seeds: readonly Endpoint[];
  readonly hasSecrets: boolean;
  readonly tls: boolean;
  readonly acceptsAnyCertificate: boolean;
  readonly addressMap: AddressMap;
  /** By node id or by `host:port` as announced. */
  readonly labels: Readonly<Record<string, NodeLabels>>;
  readonly createdMs: number;
};

export type ClusterPatch = {
  readonly name?: string | undefined;
  readonly environment?: Environment | undefined;
  readonly labels?: ClusterRecord["labels"] | undefined;
  readonly addressMap?: AddressMap | undefined;
  readonly seeds?: readonly Endpoint[] | undefined;
};

/** How a node of no cluster yet is spoken to; it becomes the way to the cluster that is made of it. */
export type NewcomerAccess = Partial<Pick<Connect, "user" | "password" | "tls">>;

type Parts = {
  readonly store: Store;
  readonly vault: Vault;
  readonly addresses: AddressPolicy;
  readonly now: () => number;
  /** `nothing`: clusters and their secrets are known as long as this process lives, and never written down. */
  readonly keeps?: "rows" | "nothing" | undefined;
  readonly newcomers?: NewcomerAccess | undefined;
};
type Entry = { record: ClusterRecord; sealed: Buffer | undefined; secrets: Secrets | undefined };
type Access = { readonly user?: string | undefined; readonly password?: string | undefined };

/** Which clusters there are, and how their nodes are reached. The one place that opens a cluster's secrets. */
export class ClusterRegistry {
  readonly #store: Store;
  readonly #vault: Vault;
  readonly #addresses: AddressPolicy;
  readonly #now: () => number;
  readonly #keeps: "rows" | "nothing";
  readonly #entries = new Map<ClusterId, Entry>();
  /** What a cluster that is made of nodes of nobody is reached with. */
  readonly newcomers: NewcomerAccess;
  readonly sources: SourceAccesses;

  constructor({ store, vault, addresses, now, keeps = "rows", newcomers = {} }: Parts) {
    this.#store = store;
    this.#vault = vault;
    this.#addresses = addresses;
    this.#now = now;
    this.#keeps = keeps;
    this.newcomers = newcomers;
    this.sources = new SourceAccesses({ store, vault, addresses, now, keeps });
    if (keeps === "nothing") return;
    for (const row of listClusterRows(store))
      this.#entries.set(row.id, { record: recordOf(row), sealed: row.secrets, secrets: undefined });
  }

  list(): readonly ClusterRecord[] {
    return [...this.#entries.values()].map((entry) => entry.record);
  }

  find(id: ClusterId): ClusterRecord | undefined {
    return this.#entries.get(id)?.record;
  }

  get(id: ClusterId): ClusterRecord {
    return this.#entry(id).record;
  }

  /** Looks before anything is kept. Throws an OpsError that says what to do; changes nothing anywhere. */
  async verify(input: Connect): Promise<void> {
    const secrets = secretsOf(input);
    if (input.tls) checkPem(input.tls);
    await verifySeeds(input.seeds.map((seed) => this.#dialOf(seed, input.addressMap, secrets)));
  }

  add(input: Connect): ClusterRecord {
    const secrets = secretsOf(input);
    const row: ClusterRow = {
      id: this.#freeId(input.name),
      name: input.name,
      environment: input.environment,
      seeds: input.seeds,
      address_map: input.addressMap,
      labels: input.labels,
      secrets: secrets && this.#keeps === "rows" ? this.#vault.seal(JSON.stringify(secrets)) : undefined,
      tls: input.tls !== undefined,
      accepts_any_certificate: input.tls?.acceptAnyCertificate === true,
      created_ms: this.#now(),
    };
    if (this.#keeps === "rows") insertClusterRow(this.#store, row);
    const record = { ...recordOf(row), hasSecrets: secrets !== undefined };
    this.#entries.set(row.id, { record, sealed: row.secrets, secrets });
    return record;
  }

  update(id: ClusterId, patch: ClusterPatch): ClusterRecord {
    const entry = this.#entry(id);
    const record: ClusterRecord = { ...entry.record, ...withoutGaps(patch) };
    updateClusterRow(this.#store, { ...record, address_map: record.addressMap });
    entry.record = record;
    return record;
  }

  /** Whether these seeds, this map and these credentials would let us in, those not given as they are now. */
  async verifyChange(id: ClusterId, patch: ClusterPatch & { readonly access?: Access | undefined }): Promise<void> {
    const entry = this.#entry(id);
    const secrets = patch.access ? withAccess(this.#secrets(entry), patch.access) : this.#secrets(entry);
    const { seeds, addressMap } = { ...entry.record, ...withoutGaps(patch) };
    await verifySeeds(seeds.map((seed) => this.#dialOf(seed, addressMap, secrets)));
  }

  /** Another user and password; both are replaced, TLS stays. */
  setAccess(id: ClusterId, access: Access): void {
    const entry = this.#entry(id);
    const secrets = withAccess(this.#secrets(entry), access);
    const sealed = secrets && this.#vault.seal(JSON.stringify(secrets));
    updateClusterSecrets(this.#store, id, sealed);
    entry.secrets = secrets;
    entry.sealed = sealed;
    entry.record = { ...entry.record, hasSecrets: sealed !== undefined };
  }

  /** How it is reached, without what is secret. */
  connection(id: ClusterId): Connection {
    const entry = this.#entry(id);
    const { name, environment, seeds, addressMap, labels } = entry.record;
    const { user, password, tls } = this.#secrets(entry) ?? {};
    return {
      ...{ name, environment, seeds, addressMap, labels },
      ...(user === undefined ? {} : { user }),
      hasPassword: password !== undefined,
      ...(tls ? { tls: shown(tls) } : {}),
    };
  }

  remove(id: ClusterId): void {
    this.#entry(id);
    deleteClusterRow(this.#store, id);
    this.#entries.delete(id);
  }

  /** Where an announced address is dialled. */
  dialled(id: ClusterId, announced: Endpoint): Endpoint {
    return mapped(announced, this.get(id).addressMap);
  }

  dial(id: ClusterId, announced: Endpoint, name?: string): Dial {
    const entry = this.#entry(id);
    const dial = this.#dialOf(announced, entry.record.addressMap, this.#secrets(entry));
    return name === undefined ? dial : { ...dial, name };
  }

  /** The id that `add` would give to a cluster of this name now. */
  idFor(name: string): ClusterId {
    return this.#freeId(name);
  }

  /** An address of no cluster: the address policy holds, and no cluster's credentials are sent. */
  dialStranger(endpoint: Endpoint): Dial {
    return this.#dialOf(endpoint, [], this.newcomers);
  }

  credentials(id: ClusterId): { readonly user?: string; readonly password?: string } {
    const { user, password } = this.#secrets(this.#entry(id)) ?? {};
    return { ...(user === undefined ? {} : { user }), ...(password === undefined ? {} : { password }) };
  }

  #dialOf(announced: Endpoint, addressMap: AddressMap, secrets: Secrets | undefined): Dial {
    return {
      endpoint: mapped(announced, addressMap),
      resolve: this.#addresses.resolve,
      user: secrets?.user,
      password: secrets?.password,
      tls: tlsOptions(secrets?.tls),
    };
  }

  #entry(id: ClusterId): Entry {
    const entry = this.#entries.get(id);
    if (entry) return entry;
    throw new OpsError({
      code: "not_found",
      sentence: "clusterUnknown",
      message: `There is no cluster called ${id} here.`,
      details: { id },
    });
  }

  #secrets(entry: Entry): Secrets | undefined {
    if (!entry.secrets && entry.sealed) entry.secrets = secretsSchema.parse(JSON.parse(this.#vault.open(entry.sealed)));
    return entry.secrets;
  }

  #freeId(name: string): ClusterId {
    const slug =
      name
        .normalize("NFKD")
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, "-")
        .replace(/^-+|-+$/g, "")
        .slice(0, 56) || "cluster";
    let id = slug;
    for (let n = 2; this.#entries.has(asClusterId(id)); n++) id = `${slug}-${n}`;
    return asClusterId(id);
  }
}

/** What is not given stays as it is. */
function withoutGaps({ name, environment, labels, addressMap, seeds }: ClusterPatch): Partial<ClusterRecord> {
  const given = { name, environment, labels, addressMap, seeds };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

function mapped(announced: Endpoint, addressMap: AddressMap): Endpoint {
  const key = formatEndpoint(announced);
  return addressMap.find((entry) => formatEndpoint(entry.announced) === key)?.dial ?? announced;
}

function recordOf(row: ClusterRow): ClusterRecord {
  return {
    id: row.id,
    name: row.name,
    environment: row.environment,
    seeds: row.seeds,
    hasSecrets: row.secrets !== undefined,
    tls: row.tls,
    acceptsAnyCertificate: row.accepts_any_certificate,
    addressMap: row.address_map,
    labels: row.labels,
    createdMs: row.created_ms,
  };
}
