import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { z } from "zod";
import type { Actor, inviteLinkSchema, inviteSchema, Session } from "@/lib/wire/access";
import { refuse } from "@/server/refuse";
import type { Audit } from "@/server/store/audit";
import {
  deleteExpiredSessions,
  deleteSession,
  findSession,
  insertSession,
  type SessionRow,
  touchSession,
} from "@/server/store/sessions";
import type { Store } from "@/server/store/sqlite";
import { type CookieRule, readCookie, setCookie } from "./cookie";
import { GuessLimit } from "./guess-limit";
import { grantOnce, removeExpiredGrants, sha256, spend } from "./one-time";
import { requireRole } from "./require-role";

const SESSION_MS = 12 * 3_600_000;
const IDLE_MS = 30 * 60_000;
/** `seen_ms` is written at most this often: a commit is an fsync. */
const SEEN_STEP_MS = 60_000;

/** Who a request comes from. `key` names the session (its hash), so that its streams end with it. */
export type Credential = { readonly actor: Actor; readonly session: Session; readonly key?: string | undefined };

/** An `act` keeps rights alive; a `look` (an open stream, a refresh in the background) does not. */
export type Attention = "act" | "look";

type Parts = {
  readonly store: Store;
  readonly audit: Audit;
  readonly dataFolder: string;
  readonly cookie: CookieRule;
  readonly version: string;
  readonly adminToken?: string | undefined;
  readonly now: () => number;
};

/**
 * Who may come in, as what. There is no anonymous mode: a one-time token (made by `npm start` or by an invitation)
 * becomes a session, or a script carries the admin token. Half an hour without an act leaves a session only the rights
 * of a viewer; twelve hours after sign-in it ends. New rights need a new one-time sign-in.
 */
export class Access {
  readonly #parts: Parts;
  readonly #guesses: GuessLimit;
  readonly #listeners = new Set<(key: string) => void>();

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#guesses = new GuessLimit({ now: parts.now });
    removeExpiredGrants(parts.dataFolder, parts.now());
    deleteExpiredSessions(parts.store, parts.now());
  }

  /** The session that was there before (`replaces`) ends: the id is new at every sign-in. */
  signIn(token: string, from: string, replaces?: string): { readonly cookie: string; readonly session: Session } {
    const { store, audit, dataFolder, cookie, now } = this.#parts;
    this.#guesses.check(from);
    const grant = spend(dataFolder, token, now());
    if (!grant) {
      this.#guesses.failed(from);
      const nobody: Actor = { name: "nobody", role: "viewer", from };
      audit.record({ actor: nobody, act: "sign-in", details: {}, result: "unauthenticated" });
      throw refuse("unauthenticated", "signInSpent", undefined);
    }
    this.#guesses.succeeded(from);
    const id = randomBytes(32).toString("base64url");
    const row: SessionRow = {
      id_hash: sha256(id),
      name: grant.name,
      role: grant.role,
      created_ms: now(),
      seen_ms: now(),
      expires_ms: now() + SESSION_MS,
      from_address: from,
    };
    store.transaction(() => {
      audit.record({ actor: { name: row.name, role: row.role, from }, act: "sign-in", details: {}, result: "ok" });
      insertSession(store, row);
    });
    if (replaces) this.#end(replaces);
    return { cookie: setCookie(cookie, id, SESSION_MS / 1000), session: this.#sessionOf(row) };
  }

  /** Returns the Set-Cookie that clears the browser's. */
  signOut(credential: Credential): string {
    const { store, audit, cookie } = this.#parts;
    const { key, actor } = credential;
    if (key)
      store.transaction(() => {
        audit.record({ actor, act: "sign-out", details: {}, result: "ok" });
        this.#end(key);
      });
    return setCookie(cookie, "", 0);
  }

  fromCookie(header: string | null, from: string, attention: Attention): Credential | undefined {
    const { store, cookie, now } = this.#parts;
    const id = readCookie(cookie, header);
    const row = id ? findSession(store, sha256(id)) : undefined;
    if (!row || row.expires_ms <= now()) return undefined;
    const isIdle = now() - row.seen_ms > IDLE_MS;
    if (attention === "act" && !isIdle && now() - row.seen_ms > SEEN_STEP_MS) touchSession(store, row.id_hash, now());
    const session = this.#sessionOf(row);
    return { actor: { name: row.name, role: session.role, from }, session, key: row.id_hash };
  }

  fromBearer(authorization: string | null, from: string): Credential | undefined {
    const { adminToken, version, now } = this.#parts;
    const token = authorization?.match(/^Bearer (\S+)$/i)?.[1];
    if (!token || !adminToken || !isSame(token, adminToken)) return undefined;
    const session: Session = { name: "admin token", role: "admin", expiresAtMs: now() + SESSION_MS, version };
    return { actor: { name: session.name, role: "admin", from }, session };
  }

  /** Whether a session still lets its bearer look. A credential without a session (the admin token) always does. */
  isAlive(key: string | undefined): boolean {
    if (key === undefined) return true;
    const row = findSession(this.#parts.store, key);
    return row !== undefined && row.expires_ms > this.#parts.now();
  }

  invite(actor: Actor, input: z.infer<typeof inviteSchema>): z.infer<typeof inviteLinkSchema> {
    requireRole(actor, "admin");
    const { audit, dataFolder, now } = this.#parts;
    const expiresAtMs = now() + input.forMs;
    audit.record({ actor, act: "invite", details: { name: input.name, role: input.role, expiresAtMs }, result: "ok" });
    return {
      path: `/login#${grantOnce(dataFolder, { name: input.name, role: input.role, expiresAtMs })}`,
      expiresAtMs,
    };
  }

  /** Told the key of every session that ends before its time. */
  onRevoked(listener: (key: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #end(key: string): void {
    if (!deleteSession(this.#parts.store, key)) return;
    for (const listener of [...this.#listeners]) listener(key);
  }

  #sessionOf(row: SessionRow): Session {
    const { now, version } = this.#parts;
    const isDropped = row.role !== "viewer" && now() - row.seen_ms > IDLE_MS;
    return {
      name: row.name,
      role: isDropped ? "viewer" : row.role,
      expiresAtMs: row.expires_ms,
      version,
      ...(isDropped ? { idleFrom: row.role } : {}),
    };
  }
}

function isSame(a: string, b: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
