import { randomBytes } from "node:crypto";
import type { ClusterId, Endpoint } from "@/lib/cluster/node";
import { type SourceAccess, sourceAccessSchema } from "@/lib/wire/imports";
import type { Dial } from "@/server/link";
import { refuse } from "@/server/refuse";
import { dropSourceAccesses, insertSourceAccess, readSourceAccess } from "@/server/store/source-accesses";
import type { Store } from "@/server/store/sqlite";
import type { Vault } from "@/server/store/vault";
import type { AddressPolicy } from "./addresses";
import { checkPem } from "./pem";
import { tlsOptions } from "./secrets";

/** Longer than any import rests before somebody goes on with it. */
const KEPT_MS = 90 * 86_400_000;

type Parts = {
  readonly store: Store;
  readonly vault: Vault;
  readonly addresses: AddressPolicy;
  readonly now: () => number;
  readonly keeps: "rows" | "nothing";
};

/** Whom a source's address stands for: a Sentinel has credentials of its own, or none. */
export type Whom = "server" | "sentinel";

/**
 * Credentials of the servers that keys come from: sealed under a name, which is all that a wish, a plan and a journal
 * hold. A source is no member: nothing of a cluster's own credentials is ever sent to it.
 */
export class SourceAccesses {
  readonly #parts: Parts;
  readonly #known = new Map<string, SourceAccess>();
  /** Of a command line, which keeps nothing: what stands in for every name that is not known. */
  #given: SourceAccess | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  keep(clusterId: ClusterId, access: SourceAccess): string {
    if (access.tls) checkPem(access.tls);
    const { store, vault, now, keeps } = this.#parts;
    const id = randomBytes(10).toString("hex");
    this.#known.set(`${clusterId} ${id}`, access);
    if (keeps === "nothing") return id;
    const secrets = vault.seal(JSON.stringify(access));
    store.transaction(() => {
      dropSourceAccesses(store, now() - KEPT_MS);
      insertSourceAccess(store, { id, clusterId, secrets, createdMs: now() });
    });
    return id;
  }

  /** Given once more, for an operation that an earlier life of this process has begun. */
  giveAgain(access: SourceAccess): void {
    this.#given = access;
  }

  dial(clusterId: ClusterId, id: string | undefined, endpoint: Endpoint, whom: Whom = "server"): Dial {
    const access = id === undefined ? undefined : this.#open(clusterId, id);
    const tls = tlsOptions(access?.tls);
    const [user, password] =
      whom === "server" ? [access?.user, access?.password] : [access?.sentinelUser, access?.sentinelPassword];
    return {
      endpoint,
      resolve: this.#parts.addresses.resolve,
      strictLogin: true,
      ...(user === undefined ? {} : { user }),
      ...(password === undefined ? {} : { password }),
      ...(tls ? { tls } : {}),
    };
  }

  #open(clusterId: ClusterId, id: string): SourceAccess {
    const name = `${clusterId} ${id}`;
    const known = this.#known.get(name);
    if (known) return known;
    const sealed = readSourceAccess(this.#parts.store, clusterId, id);
    if (!sealed && this.#given) return this.#given;
    if (!sealed) throw refuse("not_found", "importAccessGone", undefined);
    const access = sourceAccessSchema.parse(JSON.parse(this.#parts.vault.open(sealed)));
    this.#known.set(name, access);
    return access;
  }
}
