import type { Settings } from "../parts";

/** What redis 7.0.15 has where its configuration says nothing, as far as the cluster asks. */
const DEFAULTS: Readonly<Record<string, string>> = {
  port: "6379",
  "bind-source-addr": "",
  "repl-ping-replica-period": "10",
  "cluster-port": "0",
  "cluster-node-timeout": "15000",
  "cluster-config-file": "nodes.conf",
  "cluster-replica-validity-factor": "10",
  "cluster-migration-barrier": "1",
  "cluster-allow-replica-migration": "yes",
  "cluster-replica-no-failover": "no",
  "cluster-require-full-coverage": "yes",
  "cluster-allow-reads-when-down": "no",
  "cluster-allow-pubsubshard-when-down": "yes",
  "cluster-link-sendbuf-limit": "0",
  "cluster-preferred-endpoint-type": "ip",
  "cluster-announce-ip": "",
  "cluster-announce-hostname": "",
  "cluster-announce-port": "0",
  "cluster-announce-bus-port": "0",
};

export class SimulatedSettings implements Settings {
  readonly #values: Map<string, string>;

  constructor(given: Readonly<Record<string, string>>) {
    this.#values = new Map(Object.entries({ ...DEFAULTS, ...given }));
  }

  text(name: string): string {
    const value = this.#values.get(name);
    if (value === undefined) throw new RangeError(`no setting is called ${name}`);
    return value;
  }
  number(name: string): number {
    return Number(this.text(name));
  }
  isOn(name: string): boolean {
    return this.text(name) === "yes";
  }
  set(name: string, value: string): void {
    this.#values.set(name, value);
  }
  onChange(): void {}
}
