import type { NodeParts } from "../parts";
import type { Address } from "../world";
import { Target } from "./target";

const MOST = 64;
const KEPT_MS = 10_000;

/** Connections to other nodes by address: closed when nobody used them for ten seconds. */
export class Targets {
  readonly #node: NodeParts;
  readonly #byName = new Map<string, Target>();

  constructor(node: NodeParts) {
    this.#node = node;
  }

  take(address: Address): Target {
    const name = `${address.host}:${address.port}`;
    const known = this.#byName.get(name);
    this.#byName.delete(name);
    const target = known?.isOpen ? known : new Target(this.#node, address);
    target.usedMs = this.#node.world.monotonicMs();
    const [oldest] = this.#byName.values();
    if (oldest && this.#byName.size >= MOST) this.drop(oldest);
    this.#byName.set(name, target);
    return target;
  }

  drop(target: Target): void {
    target.close();
    const name = `${target.address.host}:${target.address.port}`;
    if (this.#byName.get(name) === target) this.#byName.delete(name);
  }

  tick(): void {
    const now = this.#node.world.monotonicMs();
    for (const target of this.#byName.values())
      if (!target.isOpen || (!target.user && now - target.usedMs > KEPT_MS)) this.drop(target);
  }
}
