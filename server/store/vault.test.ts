import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Store } from "./sqlite";
import { defaultKeyPath, Vault } from "./vault";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "vault-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

test("what is sealed opens again, also in another life, and never twice alike", () => {
  const keyPath = join(folder, "keys", "a.key");
  const vault = new Vault({ keyPath });
  const sealed = vault.seal("päss\u0000word");
  expect(vault.seal("päss\u0000word").equals(sealed)).toBe(false);
  expect(new Vault({ keyPath }).open(sealed)).toBe("päss\u0000word");
  expect(statSync(keyPath).mode & 0o777).toBe(0o600);
  expect(statSync(join(folder, "keys")).mode & 0o777).toBe(0o700);
});

test("one altered byte, a wrong key, a missing key: refused, and no new key is made", () => {
  const keyPath = join(folder, "a.key");
  const sealed = new Vault({ keyPath }).seal("secret");
  for (let at = 0; at < sealed.length; at++) {
    const altered = Buffer.from(sealed);
    altered[at] = (altered[at] ?? 0) ^ 1;
    expect(() => new Vault({ keyPath }).open(altered)).toThrow(/cannot be used/);
  }
  writeFileSync(keyPath, Buffer.alloc(32));
  expect(() => new Vault({ keyPath }).open(sealed)).toThrow(/does not open/);
  rmSync(keyPath);
  expect(() => new Vault({ keyPath }).open(sealed)).toThrow(/missing/);
  expect(readdirSync(folder)).toEqual([]);
});

test("the data folder holds no plain text of a secret", () => {
  const canary = "canary-3f1b7c";
  const vault = new Vault({ keyPath: join(folder, "outside.key") });
  const store = new Store(join(folder, "data.sqlite"));
  store.migrate([{ version: 1, sql: "CREATE TABLE secrets (sealed BLOB) STRICT" }]);
  store.run("INSERT INTO secrets VALUES (?)", vault.seal(canary));
  const row = store.get("SELECT sealed FROM secrets");
  expect(vault.open(Buffer.from(row?.sealed as Uint8Array))).toBe(canary);
  for (const name of readdirSync(folder)) expect(readFileSync(join(folder, name)).includes(canary)).toBe(false);
  store.close();
});

test("the key lives outside the data folder and is another for each", () => {
  const env = { XDG_CONFIG_HOME: "/etc/xdg" };
  expect(defaultKeyPath("/data/a", env)).toMatch(/^\/etc\/xdg\/shardboard\/[0-9a-f]{16}\.key$/);
  expect(defaultKeyPath("/data/a", env)).not.toBe(defaultKeyPath("/data/b", env));
});
