import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { connectSchema } from "@/lib/wire/clusters";
import { makeCertificates } from "@/server/testing/certificates";
import { startNode, type TestNode } from "@/server/testing/node";
import { type Observed, observe } from "@/server/testing/observed";

/** What somebody is told whose certificates are not right: nodes of one CA that ask for client certificates. */

const ours = mkdtempSync(join(tmpdir(), "shardboard-tls-ours-"));
const theirs = mkdtempSync(join(tmpdir(), "shardboard-tls-theirs-"));
const own = mkdtempSync(join(tmpdir(), "shardboard-tls-own-"));
const pem = (folder: string, name: string) => readFileSync(join(folder, name), "utf8");
let nodes: readonly TestNode[] = [];
let observed: Observed;
let good: { ca: string; cert: string; key: string };

const config = (folder: string, ca: string, clients: string) => [
  `tls-cert-file ${folder}/node.crt`,
  `tls-key-file ${folder}/node.key`,
  `tls-ca-cert-file ${folder}/${ca}`,
  `tls-auth-clients ${clients}`,
  "tls-cluster yes",
];

beforeAll(async () => {
  makeCertificates(ours);
  makeCertificates(theirs);
  const self = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=self -keyout node.key -out node.crt";
  execFileSync("openssl", self.split(" "), { cwd: own, stdio: "pipe" });
  good = { ca: pem(ours, "ca.crt"), cert: pem(ours, "node.crt"), key: pem(ours, "node.key") };
  nodes = await Promise.all([
    startNode({ port: 9340, tls: good, config: config(ours, "ca.crt", "yes") }),
    startNode({ port: 9341, tls: { rejectUnauthorized: false }, config: config(own, "node.crt", "no") }),
  ]);
  observed = observe(nodes, { tls: { ...good, acceptAnyCertificate: false } });
});
afterAll(async () => {
  await observed.close();
  await Promise.all(nodes.map((node) => node.close()));
  for (const folder of [ours, theirs, own]) rmSync(folder, { recursive: true, force: true });
});

const say = (port: number, tls: object) => {
  const connect = connectSchema.parse({ name: "x", seeds: [{ host: "127.0.0.1", port }], tls });
  return observed.registry.verify(connect).then(
    () => "connected",
    (error: Error) => error.message,
  );
};

test("each defect has its own sentence, and no key is in any", async () => {
  expect(await say(9340, good)).toBe("connected");
  const other = { cert: pem(theirs, "node.crt"), key: pem(theirs, "node.key") };
  const wants = /wants a client certificate \(certificate required\)/;
  const tries: readonly (readonly [number, object, RegExp])[] = [
    [9340, { ca: good.ca }, wants],
    [9340, { ca: good.ca, ...other }, /refuses the client certificate \(unknown ca\)/],
    [9340, { ...good, key: other.key }, /not the key of the client certificate/],
    [9340, { ...good, cert: "garbage" }, /client certificate cannot be read/],
    [9340, { ...good, key: "garbage canary" }, /client key cannot be read/],
    [9340, { ...good, ca: "garbage" }, /CA certificate cannot be read/],
    [9340, { ca: good.ca, cert: good.cert }, /the key is missing/],
    [9340, { ...good, ca: pem(theirs, "ca.crt") }, /not trusted: self-signed certificate in certificate chain/],
    [9340, { ...good, serverName: "elsewhere.example" }, /not trusted: Hostname.IP does not match/],
    [9341, {}, /not trusted: self-signed certificate\. Give the CA/],
  ];
  for (const [port, tls, says] of tries) {
    const told = await say(port, tls);
    expect(told).toMatch(says);
    expect(told).not.toMatch(/canary|-----BEGIN|error:0/);
  }
  expect(await say(9341, { acceptAnyCertificate: true })).toBe("connected");
  expect(await say(9341, { ca: pem(own, "node.crt"), serverName: "self" })).toBe("connected");
});
