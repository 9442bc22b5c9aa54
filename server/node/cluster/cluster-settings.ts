import type { Settings } from "../parts";
import { isHostname } from "./frame";

const BUS_PORT_ABOVE = 10000;

export type EndpointKind = "ip" | "hostname" | "unknown-endpoint";

/** What of the configuration concerns the cluster, read anew each time: CONFIG SET changes it. */
export class ClusterSettings {
  readonly #settings: Settings;
  /** The bus stays where it listened at the start, wherever the client port goes. */
  readonly #busPort: number;

  constructor(settings: Settings) {
    this.#settings = settings;
    this.#busPort = settings.number("cluster-port") || settings.number("port") + BUS_PORT_ABOVE;
  }

  get timeoutMs(): number {
    return this.#settings.number("cluster-node-timeout");
  }
  get file(): string {
    return this.#settings.text("cluster-config-file");
  }
  get validityFactor(): number {
    return this.#settings.number("cluster-replica-validity-factor");
  }
  get replicaPingMs(): number {
    return this.#settings.number("repl-ping-replica-period") * 1000;
  }
  get migrationBarrier(): number {
    return this.#settings.number("cluster-migration-barrier");
  }
  get allowsReplicaMigration(): boolean {
    return this.#settings.isOn("cluster-allow-replica-migration");
  }
  get forbidsFailover(): boolean {
    return this.#settings.isOn("cluster-replica-no-failover");
  }
  get needsFullCoverage(): boolean {
    return this.#settings.isOn("cluster-require-full-coverage");
  }
  get readsWhenDown(): boolean {
    return this.#settings.isOn("cluster-allow-reads-when-down");
  }
  get shardChannelsWhenDown(): boolean {
    return this.#settings.isOn("cluster-allow-pubsubshard-when-down");
  }
  /** Bytes that may wait on a link; 0: as many as there are. */
  get linkLimitBytes(): number {
    return this.#settings.number("cluster-link-sendbuf-limit");
  }
  get endpointKind(): EndpointKind {
    const kind = this.#settings.text("cluster-preferred-endpoint-type");
    return kind === "hostname" || kind === "unknown-endpoint" ? kind : "ip";
  }
  /** Empty: found out by MEET. */
  get announcedIp(): string {
    return this.#settings.text("cluster-announce-ip");
  }
  get announcedHostname(): string {
    const hostname = this.#settings.text("cluster-announce-hostname");
    return isHostname(hostname) ? hostname : "";
  }
  get announcedPort(): number {
    return this.#settings.number("cluster-announce-port") || this.#settings.number("port");
  }
  get announcedBusPort(): number {
    return this.#settings.number("cluster-announce-bus-port") || this.#busPort;
  }
  /** The address that links are dialled from, where one is configured. */
  get source(): string | undefined {
    return this.#settings.text("bind-source-addr") || undefined;
  }
}
