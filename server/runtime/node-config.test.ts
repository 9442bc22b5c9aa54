import { expect, test } from "vitest";
import { isOpsError } from "@/lib/errors";
import { renderConfig } from "./node-config";

const base = { port: 7000, bind: ["127.0.0.1"], folder: "/data/nodes/7000", fields: {} };

test("a config holds the fields of row N1, one a line", () => {
  const text = renderConfig({
    ...base,
    fields: {
      maxmemoryBytes: 1024,
      maxmemoryPolicy: "allkeys-lru",
      nodeTimeoutMs: 2000,
      appendonly: false,
      announceIp: "10.0.0.7",
      password: "s3cret#!$",
    },
  });
  expect(text.trimEnd().split("\n")).toEqual([
    "port 7000",
    "bind 127.0.0.1",
    "protected-mode yes",
    "daemonize no",
    'dir "/data/nodes/7000"',
    "logfile node.log",
    "pidfile node.pid",
    "cluster-enabled yes",
    "cluster-config-file nodes.conf",
    "cluster-node-timeout 2000",
    "cluster-announce-ip 10.0.0.7",
    "appendonly no",
    "repl-diskless-sync-delay 0",
    "maxmemory 1024",
    "maxmemory-policy allkeys-lru",
    "requirepass s3cret#!$",
    "masterauth s3cret#!$",
  ]);
});

const hostile = [
  "x\nrename-command FLUSHALL x",
  "x\rrename-command",
  "x\r\nmodule load /tmp/x.so",
  'x"',
  "x'",
  "x\\",
  "x\\nport 1",
  "x\u0000y",
  "x\ty",
  "x y",
  "x\u2028y",
  "x\u0085y",
  "",
  "é",
  "\u202ex",
  "x".repeat(513),
];

test.each(hostile)("no password can add a line or a word: %j", (password) => {
  expectRefused(() => renderConfig({ ...base, fields: { password } }), password);
});

test.each([...hostile, "localhost", "10.0.0.7 10.0.0.8", "fe80::1%eth0"])("no address can: %j", (announceIp) => {
  expectRefused(() => renderConfig({ ...base, fields: { announceIp } }), announceIp);
  expectRefused(() => renderConfig({ ...base, bind: [announceIp] }), announceIp);
});

test.each(['/a"\nmodule load x\n"', "/a\nb", "/a'b", "/a\\b", "/a\u0007", "relative", ""])(
  "no folder can: %j",
  (folder) => {
    expectRefused(() => renderConfig({ ...base, folder }), folder);
  },
);

test("a folder with spaces is one word", () => {
  expect(renderConfig({ ...base, folder: "/my data/größe" })).toContain('\ndir "/my data/größe"\n');
});

test.each([
  { maxmemoryBytes: -1 },
  { maxmemoryBytes: 1.5 },
  { maxmemoryBytes: Number.NaN },
  { nodeTimeoutMs: 199 },
  { nodeTimeoutMs: "1\nport 1" as unknown as number },
  { maxmemoryPolicy: "noeviction\nport 1" as "noeviction" },
])("no number or policy can: %j", (fields) => {
  expectRefused(() => renderConfig({ ...base, fields }), "\n");
});

test.each([0, 1023, 22_768, 65_535, 7000.5])("port %d has no safe bus port", (port) => {
  expect(() => renderConfig({ ...base, port })).toThrow(/1024 to 22767/);
});

/** Refused as invalid, by the name of the field, and the value is not repeated. */
function expectRefused(work: () => unknown, value: string): void {
  try {
    work();
  } catch (error) {
    if (!isOpsError(error)) throw error;
    expect(error.code).toBe("invalid");
    expect(error.details?.field).toBeTruthy();
    if (value.length > 3) expect(error.message).not.toContain(value);
    return;
  }
  expect.unreachable("it was written");
}
