import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { asClusterId } from "@/lib/cluster/node";
import { type Connect, connectSchema } from "@/lib/wire/clusters";
import { schema } from "@/server/store/schema";
import { Store } from "@/server/store/sqlite";
import { Vault } from "@/server/store/vault";
import { makeCertificates } from "@/server/testing/certificates";
import { startNode, type TestNode } from "@/server/testing/node";
import { AddressPolicy } from "./addresses";
import { ClusterRegistry } from "./registry";

const folder = mkdtempSync(join(tmpdir(), "shardboard-registry-"));
const vault = new Vault({ keyPath: join(folder, "vault.key") });
let path = 0;

function registry(at = join(folder, `${++path}.sqlite`)): ClusterRegistry {
  const store = new Store(at);
  store.migrate(schema);
  return new ClusterRegistry({ store, vault, addresses: new AddressPolicy({}), now: () => 5 });
}
const local = (...ports: number[]) => ports.map((port) => ({ host: "127.0.0.1", port }));
const connect = (input: Partial<Connect> & Pick<Connect, "seeds">): Connect =>
  connectSchema.parse({ name: "Shop", ...input });

let nodes: TestNode[] = [];
beforeAll(async () => {
  makeCertificates(folder);
  nodes = await Promise.all([
    startNode({ port: 7220 }),
    startNode({ port: 7221, cluster: false }),
    startNode({ port: 7222, password: "right" }),
    startNode({
      port: 7223,
      config: [
        "tls-port 7224",
        `tls-cert-file ${folder}/node.crt`,
        `tls-key-file ${folder}/node.key`,
        `tls-ca-cert-file ${folder}/ca.crt`,
        "tls-auth-clients no",
      ],
    }),
  ]);
});
afterAll(async () => {
  await Promise.all(nodes.map((node) => node.close()));
  rmSync(folder, { recursive: true, force: true });
});

describe("what is kept", () => {
  test("secrets are sealed at rest and come back after a restart", () => {
    const at = join(folder, "kept.sqlite");
    const first = registry(at);
    const record = first.add(
      connect({
        seeds: local(7220),
        user: "ops",
        password: "canary-7f3a",
        addressMap: [{ announced: { host: "10.0.0.1", port: 1 }, dial: { host: "127.0.0.1", port: 7220 } }],
        labels: { "10.0.0.1:1": { rack: "r1" } },
      }),
    );
    expect(record).toMatchObject({ id: "shop", hasSecrets: true, tls: false, createdMs: 5 });
    expect(JSON.stringify(first.list())).not.toContain("canary");
    for (const file of [at, `${at}-wal`]) expect(readFileSync(file).includes("canary-7f3a")).toBe(false);

    const again = registry(at);
    const id = asClusterId("shop");
    expect(again.get(id)).toEqual(record);
    expect(again.credentials(id)).toEqual({ user: "ops", password: "canary-7f3a" });
    expect(again.dial(id, { host: "10.0.0.1", port: 1 }, "n")).toMatchObject({
      endpoint: { host: "127.0.0.1", port: 7220 },
      user: "ops",
      name: "n",
    });
    again.update(id, { name: "Shop 2", labels: {} });
    expect(registry(at).get(id)).toMatchObject({ name: "Shop 2", labels: {}, environment: "production" });
    again.remove(id);
    expect(registry(at).list()).toEqual([]);
    expect(() => again.get(id)).toThrow("There is no cluster called shop here.");
  });

  test("ids are made of names and are unique", () => {
    const r = registry();
    const ids = ["Kassa · Köln", "kassa koln", "日本", "---"].map(
      (name) => r.add({ ...connect({ seeds: local(1) }), name }).id,
    );
    expect(ids).toEqual(["kassa-ko-ln", "kassa-koln", "cluster", "cluster-2"]);
  });
});

describe("verify", () => {
  const verify = (input: Partial<Connect> & Pick<Connect, "seeds">) => registry().verify(connect(input));

  test("a node of a cluster, though another seed is away", async () => {
    await verify({ seeds: local(7220, 7229) });
    await verify({ seeds: local(7222), password: "right" });
  });

  test.each<[string, Partial<Connect> & Pick<Connect, "seeds">, string, RegExp]>([
    [
      "an unknown host",
      { seeds: [{ host: "nowhere.invalid", port: 1 }] },
      "nameNotFound",
      /name nowhere.invalid was not found/,
    ],
    ["a closed port", { seeds: local(7229) }, "unreachable", /ECONNREFUSED/],
    [
      "a wrong password",
      { seeds: local(7222), password: "wrong" },
      "wrongCredentials",
      /refused the user name or password/,
    ],
    ["a password nobody asks for", { seeds: local(7220), password: "x" }, "wrongCredentials", /without any password/],
    ["no password", { seeds: local(7222) }, "wrongCredentials", /NOAUTH/],
    ["a standalone server", { seeds: local(7221) }, "notACluster", /cluster mode is off/],
    ["two clusters", { seeds: local(7220, 7223) }, "seedsDiffer", /two clusters/],
    ["a standalone among good seeds", { seeds: local(7220, 7221) }, "notACluster", /7221/],
    ["a metadata address", { seeds: [{ host: "169.254.169.254", port: 80 }] }, "addressNotAllowed", /not an address/],
    [
      "TLS to a plain port",
      { seeds: local(7220), tls: { acceptAnyCertificate: true } },
      "tlsMismatch",
      /does not speak TLS/,
    ],
    ["no TLS to a TLS port", { seeds: local(7224), password: "x" }, "tlsMismatch", /wants TLS/],
    [
      "a certificate nobody vouches for",
      { seeds: local(7224), tls: { acceptAnyCertificate: false } },
      "certificateNotTrusted",
      /./,
    ],
  ])("%s", async (_, input, sentence, message) => {
    const error = await verify(input).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ sentence, message: expect.stringMatching(message) });
  });

  test("TLS is verified by the CA and the name, unless it is switched off for this cluster", async () => {
    const ca = readFileSync(join(folder, "ca.crt"), "utf8");
    await verify({ seeds: local(7224), tls: { ca, acceptAnyCertificate: false } });
    await verify({ seeds: local(7224), tls: { acceptAnyCertificate: true } });
    await expect(
      verify({ seeds: local(7224), tls: { ca, serverName: "other.example", acceptAnyCertificate: false } }),
    ).rejects.toMatchObject({ sentence: "certificateNotTrusted" });
  });

  test("something that is no Redis", async () => {
    const server = createServer((socket) => void socket.on("data", () => socket.end("HTTP/1.1 400 Bad\r\n\r\n")));
    await new Promise<void>((resolve) => server.listen(7225, "127.0.0.1", resolve));
    try {
      await expect(verify({ seeds: local(7225) })).rejects.toMatchObject({ sentence: "notAServer" });
    } finally {
      server.close();
    }
  });
});
