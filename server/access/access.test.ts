import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Role } from "@/lib/wire/access";
import { Audit } from "@/server/store/audit";
import { schema } from "@/server/store/schema";
import { Store } from "@/server/store/sqlite";
import { Access } from "./access";
import { cookieRule } from "./cookie";
import { grantOnce } from "./one-time";

const minute = 60_000;
let folder: string;
let store: Store;
let clock: number;
let access: Access;
let audit: Audit;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "access-"));
  store = new Store(join(folder, "data.sqlite"));
  store.migrate(schema);
  clock = 1_000_000;
  audit = new Audit({ store, now: () => clock });
  access = open();
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true });
});

function open(adminToken?: string): Access {
  return new Access({
    store,
    audit,
    dataFolder: folder,
    cookie: cookieRule(folder, undefined),
    version: "test",
    now: () => clock,
    ...(adminToken ? { adminToken } : {}),
  });
}

const tokenFor = (role: Role, forMs = minute) => grantOnce(folder, { role, name: "ada", expiresAtMs: clock + forMs });
const cookieOf = (setCookie: string) => setCookie.split(";")[0] ?? "";
const acts = () => store.all("SELECT act, result FROM audit ORDER BY id").map((row) => `${row.act} ${row.result}`);

test("a one-time token signs in once, and only its hash is on disk", () => {
  const token = tokenFor("operator");
  const [file] = readdirSync(join(folder, "sign-in"));
  expect(file).toMatch(/^[0-9a-f]{64}$/);
  expect(statSync(join(folder, "sign-in", String(file))).mode & 0o777).toBe(0o600);
  const { cookie, session } = access.signIn(token, "::1");
  expect(session).toEqual({ name: "ada", role: "operator", expiresAtMs: clock + 720 * minute, version: "test" });
  expect(cookie).toMatch(/^shardboard-[0-9a-f]{8}=[\w-]{43}; Path=\/; Max-Age=43200; HttpOnly; SameSite=Strict$/);
  expect(() => access.signIn(token, "::1")).toThrow(/used already/);
  expect(acts()).toEqual(["sign-in ok", "sign-in unauthenticated"]);
  const id = cookieOf(cookie).split("=")[1] ?? "";
  for (const name of readdirSync(folder).filter((n) => n.startsWith("data")))
    for (const secret of [id, token]) expect(readFileSync(join(folder, name)).includes(secret)).toBe(false);
});

test("a token that is too old signs nobody in", () => {
  const token = tokenFor("admin");
  clock += minute;
  expect(() => access.signIn(token, "::1")).toThrow(/too old/);
});

test("over https the cookie is pinned to its host", () => {
  expect(cookieRule("/data", "https://board.example")).toMatchObject({ secure: true, name: /^__Host-shardboard-/ });
});

test("a session knows its bearer, ends at sign-out, and its streams are told", () => {
  const ended: string[] = [];
  access.onRevoked((key) => ended.push(key));
  const { cookie } = access.signIn(tokenFor("operator"), "::1");
  const credential = access.fromCookie(`a=b; ${cookieOf(cookie)}`, "::1", "act");
  expect(credential?.actor).toEqual({ name: "ada", role: "operator", from: "::1" });
  if (credential) access.signOut(credential);
  expect(ended).toEqual([credential?.key]);
  expect(access.fromCookie(cookieOf(cookie), "::1", "act")).toBeUndefined();
  expect(access.isAlive(credential?.key)).toBe(false);
});

test("signing in anew ends the session before it", () => {
  const first = access.signIn(tokenFor("viewer"), "::1");
  const key = access.fromCookie(cookieOf(first.cookie), "::1", "act")?.key;
  const second = access.signIn(tokenFor("admin"), "::1", key);
  expect(access.fromCookie(cookieOf(first.cookie), "::1", "act")).toBeUndefined();
  expect(access.fromCookie(cookieOf(second.cookie), "::1", "act")?.actor.role).toBe("admin");
});

test("half an hour without an act leaves a viewer, for good; looking is no act", () => {
  const cookie = cookieOf(access.signIn(tokenFor("admin"), "::1").cookie);
  for (let n = 0; n < 3; n++) {
    clock += 20 * minute;
    expect(access.fromCookie(cookie, "::1", "act")?.actor.role).toBe("admin");
  }
  for (let n = 0; n < 4; n++) {
    clock += 10 * minute;
    access.fromCookie(cookie, "::1", "look");
  }
  expect(access.fromCookie(cookie, "::1", "act")?.session).toMatchObject({ role: "viewer", idleFrom: "admin" });
  expect(access.fromCookie(cookie, "::1", "act")?.actor.role).toBe("viewer");
});

test("twelve hours after sign-in a session ends, however busy", () => {
  const cookie = cookieOf(access.signIn(tokenFor("viewer"), "::1").cookie);
  for (let n = 0; n < 36; n++) {
    expect(access.fromCookie(cookie, "::1", "act")).toBeDefined();
    clock += 20 * minute;
  }
  expect(access.fromCookie(cookie, "::1", "act")).toBeUndefined();
});

test("of a hundred quick guesses no more than twenty are looked at, and a right token works after the wait", () => {
  let looked = 0;
  for (let n = 0; n < 100; n++) {
    try {
      access.signIn("x".repeat(43), `10.0.0.${n % 3}`);
    } catch (error) {
      if (/used already/.test(String(error))) looked++;
    }
  }
  expect(looked).toBeLessThanOrEqual(20);
  const token = tokenFor("admin", 10 * minute);
  expect(() => access.signIn(token, "10.0.0.1")).toThrow(/Try again in/);
  clock += 5 * minute;
  expect(access.signIn(token, "10.0.0.1").session.role).toBe("admin");
});

test("the admin token is an admin, another is nobody", () => {
  const guarded = open("correct horse battery".replaceAll(" ", "-"));
  expect(guarded.fromBearer("Bearer correct-horse-battery", "::1")?.actor.role).toBe("admin");
  expect(guarded.fromBearer("Bearer correct-horse-batterY", "::1")).toBeUndefined();
  expect(access.fromBearer("Bearer undefined", "::1")).toBeUndefined();
});

test("an invitation makes a link with a role; only an admin makes one", () => {
  const admin = { name: "ada", role: "admin", from: "::1" } as const;
  const { path } = access.invite(admin, { name: "vera", role: "viewer", forMs: minute });
  expect(path).toMatch(/^\/login#[\w-]{43}$/);
  expect(access.signIn(path.slice("/login#".length), "::1").session).toMatchObject({ name: "vera", role: "viewer" });
  const operator = { ...admin, role: "operator" } as const;
  expect(() => access.invite(operator, { name: "eve", role: "admin", forMs: minute })).toThrow(/needs admin/);
});
