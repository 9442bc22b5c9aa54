import { expect, test } from "vitest";
import { observe } from "@/server/testing/observed";
import { bulk, startScripted } from "@/server/testing/scripted";
import { until } from "@/server/testing/until";

const PORT = 7280;
const NODES = 240;
const host = (i: number) => `127.0.${1 + Math.floor(i / 250)}.${1 + (i % 250)}`;
const id = (i: number) => i.toString(16).padStart(8, "0").padEnd(40, "f");
const indexOf = (address: string) => {
  const [, , c = 0, d = 0] = address.split(".").map(Number);
  return (c - 1) * 250 + d - 1;
};

test("two hundred and forty nodes: a whole picture in seconds, then two commands a node a second, and a change is seen at once", async () => {
  const shards = NODES / 2;
  const asked = { nodes: 0, all: 0 };
  let epoch = 1;
  let owner = 0;
  const line = (i: number, me: number) => {
    const primary = i < shards;
    const [first, last] = [Math.round((i * 16384) / shards), Math.round(((i + 1) * 16384) / shards) - 1];
    const slots = primary
      ? ` ${i === 0 && owner === 1 ? first + 1 : first}-${last}${i === 1 && owner === 1 ? " 0" : ""}`
      : "";
    const parent = primary ? "-" : id(i - shards);
    const flags = `${i === me ? "myself," : ""}${primary ? "master" : "slave"}`;
    return `${id(i)} ${host(i)}:${PORT}@17280 ${flags} ${parent} 0 ${Date.now()} ${i === 1 ? epoch : 1} connected${slots}`;
  };
  const server = await startScripted({ host: "0.0.0.0", port: PORT }, ([name, sub], address) => {
    const me = indexOf(address);
    if (name === "PING") return "+PONG\r\n";
    if (sub === "MYID") return bulk(id(me));
    if (name === "CONFIG") return "*2\r\n$20\r\ncluster-node-timeout\r\n$4\r\n2000\r\n";
    asked.all++;
    if (name === "INFO")
      return bulk(
        `redis_version:7.0.15\r\nrole:${me < shards ? "master" : "slave"}\r\nmaster_replid:x\r\nmaster_link_status:up\r\n`,
      );
    if (sub === "INFO")
      return bulk(
        `cluster_state:ok\r\ncluster_known_nodes:${NODES}\r\ncluster_current_epoch:${epoch}\r\ncluster_my_epoch:${me === 1 ? epoch : 1}\r\n`,
      );
    asked.nodes++;
    return bulk(`${Array.from({ length: NODES }, (_, i) => line(i, me)).join("\n")}\n`);
  });
  const started = performance.now();
  const observed = observe([{ endpoint: { host: host(0), port: PORT } }]);
  try {
    const t = await observed.seen("all to agree", 30_000, (t) => t.agreement.agree === NODES);
    expect(t.shards).toHaveLength(shards);
    expect(t.state).toBe("ok");
    const tookMs = Math.round(performance.now() - started);

    const heartbeats = () => observed.events.filter((e) => e.type === "heartbeat").length;
    const before = heartbeats();
    await until("a quiet beat", 10_000, () => heartbeats() > before + 1);
    const [all, nodes, at] = [asked.all, asked.nodes, performance.now()];
    const from = heartbeats();
    await until("three beats", 20_000, () => heartbeats() >= from + 3);
    const beats = heartbeats() - from;
    expect((asked.all - all) / NODES / beats).toBeLessThanOrEqual(2.5);
    expect((asked.nodes - nodes) / beats).toBeLessThan(NODES / 20);
    const beatMs = Math.round((performance.now() - at) / beats);

    owner = 1;
    epoch = 2;
    const changed = performance.now();
    await observed.seen("the slot at its new owner", 15_000, (t) => t.shards[1]?.ranges[0]?.[0] === 0);
    console.log(
      `${NODES} nodes: whole after ${tookMs} ms, a beat every ${beatMs} ms, a change after ${Math.round(performance.now() - changed)} ms`,
    );
  } finally {
    await observed.close();
    await server.close();
  }
});
