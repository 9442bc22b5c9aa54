import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Link } from "@/server/link";
import { findServer, type TestNode } from "./node";
import { until } from "./until";

/** One Sentinel that decides alone. */
export async function startSentinel(port: number, primary: TestNode) {
  const folder = mkdtempSync(join(tmpdir(), `shardboard-test-${port}-`));
  const conf = join(folder, "sentinel.conf");
  const of = "sentinel";
  const lines = [
    `port ${port}`,
    "bind 127.0.0.1",
    `dir ${folder}`,
    "logfile sentinel.log",
    `${of} monitor orders ${primary.endpoint.host} ${primary.port} 1`,
    `${of} down-after-milliseconds orders 500`,
    `${of} failover-timeout orders 3000`,
  ];
  writeFileSync(conf, `${lines.join("\n")}\n`, { mode: 0o600 });
  const child = spawn(findServer(folder), [conf, "--sentinel"], { stdio: "ignore" });
  process.once("exit", () => child.kill("SIGKILL"));
  const link = await until(`the Sentinel on ${port}`, 10_000, () =>
    Link.open({ endpoint: { host: "127.0.0.1", port } }).catch(() => undefined),
  );
  await until("it to know the replica", 20_000, async () => {
    const known = await link.call(["SENTINEL", "REPLICAS", "orders"]);
    return Array.isArray(known) && known.length === 1;
  });
  link.close();
  return {
    close: async () => {
      const gone = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGKILL");
      await gone;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
