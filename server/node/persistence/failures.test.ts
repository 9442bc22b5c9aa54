import { expect, test } from "vitest";
import { SimulatedDisk } from "../simulation/simulated-disk";
import { SoloNode } from "../testing/solo-node";

const NO_SAVE =
  "-MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist to disk. Commands that may modify the data set are disabled, because this instance is configured to report errors during writes if RDB snapshotting fails (stop-writes-on-bgsave-error option). Please check the Redis logs for details about the RDB error.\r\n";
const NO_AOF = "-MISCONF Errors writing to the AOF file: ENOSPC: no space left on device\r\n";

/** A disk that is full when it is told to be, and that syncs behind when it is told to. */
class FullDisk extends SimulatedDisk {
  isFull = false;
  isSlow = false;
  readonly #syncs: (() => void)[] = [];

  override write(name: string, bytes: Buffer | readonly Buffer[]): void {
    this.#need();
    super.write(name, bytes);
  }
  override append(name: string, bytes: Buffer): void {
    this.#need();
    super.append(name, bytes);
  }
  override sync(): void {
    this.#need();
  }
  override syncBehind(name: string, done: (error: Error | undefined) => void): void {
    this.#syncs.push(() => super.syncBehind(name, done));
    if (!this.isSlow) this.finishSyncs();
  }
  finishSyncs(): void {
    for (const sync of this.#syncs.splice(0)) sync();
  }
  #need(): void {
    if (this.isFull) throw new Error("ENOSPC: no space left on device");
  }
}

const SAVING = { save: "900 1", appendonly: "no" };
const AOF = { save: "", appendonly: "yes" };

function started(settings: Readonly<Record<string, string>>) {
  const disk = new FullDisk();
  const node = new SoloNode({ settings, disk });
  node.core.load();
  return { disk, node, client: node.client() };
}

test("a background save that fails stops writes and PING until one succeeds", () => {
  const { disk, node, client } = started(SAVING);
  client.ask("SET", "a", "1");
  disk.isFull = true;
  expect(client.ask("SAVE")).toBe("-ERR\r\n");
  expect(client.ask("SET", "a", "2")).toBe("+OK\r\n");
  expect(client.ask("BGSAVE")).toBe("+Background saving started\r\n");
  node.run(200);
  expect(client.ask("INFO", "persistence")).toContain("rdb_last_bgsave_status:err");
  expect([client.ask("SET", "a", "3"), client.ask("PING")]).toEqual([NO_SAVE, NO_SAVE]);
  expect(client.ask("GET", "a")).toBe("$1\r\n2\r\n");
  expect([client.ask("MULTI"), client.ask("SET", "a", "3")]).toEqual(["+OK\r\n", NO_SAVE]);
  expect(client.ask("EXEC")).toBe("-EXECABORT Transaction discarded because of previous errors.\r\n");
  client.ask("CONFIG", "SET", "stop-writes-on-bgsave-error", "no");
  expect(client.ask("SET", "a", "3")).toBe("+OK\r\n");
  client.ask("CONFIG", "SET", "stop-writes-on-bgsave-error", "yes");
  expect(client.ask("SET", "a", "4")).toBe(NO_SAVE);
  disk.isFull = false;
  node.run(6000);
  expect(client.ask("BGSAVE")).toBe("+Background saving started\r\n");
  node.run(200);
  expect([client.ask("SET", "a", "5"), client.ask("PING")]).toEqual(["+OK\r\n", "+PONG\r\n"]);
});

test("a node that cannot save does not end, says so, and ends when it is forced", () => {
  const { disk, node, client } = started(SAVING);
  client.ask("SET", "a", "1");
  disk.isFull = true;
  expect(client.ask("SHUTDOWN")).toBe("-ERR Errors trying to SHUTDOWN. Check logs.\r\n");
  node.core.shutdown.begin({ saves: "default", isNow: false, isForced: false });
  expect([node.exits, client.ask("SET", "a", "2")]).toEqual([[], "+OK\r\n"]);
  expect(node.log.filter((line) => line.startsWith("Error trying to save the DB, can't exit: ENOSPC"))).toHaveLength(2);
  expect(client.ask("SHUTDOWN", "FORCE")).toBe("");
  expect(node.exits).toEqual([0]);
});

test("an append-only file that cannot be written stops writes, and holds all when it can be again", () => {
  const { disk, node, client } = started(AOF);
  client.ask("SET", "a", "1");
  disk.isFull = true;
  expect(client.ask("SET", "b", "1")).toBe("+OK\r\n");
  expect(client.ask("SET", "c", "1")).toBe(NO_AOF);
  expect(client.ask("INFO", "persistence")).toContain("aof_last_write_status:err");
  disk.isFull = false;
  node.run(200);
  expect(client.ask("SET", "c", "2")).toBe("+OK\r\n");
  const { client: next } = restarted(disk, AOF);
  expect(["a", "b", "c"].map((key) => next.ask("GET", key))).toEqual(["$1\r\n1\r\n", "$1\r\n1\r\n", "$1\r\n2\r\n"]);
});

test("a rewrite that fails leaves what is kept as it is", () => {
  const { disk, node, client } = started(AOF);
  client.ask("SET", "a", "1");
  disk.isFull = true;
  client.ask("BGREWRITEAOF");
  node.run(500);
  expect(client.ask("INFO", "persistence")).toContain("aof_last_bgrewrite_status:err");
  disk.isFull = false;
  client.ask("SET", "b", "1");
  expect(restarted(disk, AOF).client.ask("MGET", "a", "b")).toBe("*2\r\n$1\r\n1\r\n$1\r\n1\r\n");
  client.ask("BGREWRITEAOF");
  node.run(500);
  expect(client.ask("INFO", "persistence")).toContain("aof_last_bgrewrite_status:ok");
  expect(restarted(disk, AOF).client.ask("MGET", "a", "b")).toBe("*2\r\n$1\r\n1\r\n$1\r\n1\r\n");
});

test("while everysec syncs behind, answers go out and writes wait, two seconds at most", () => {
  const { disk, node, client } = started(AOF);
  const kept = () => Buffer.concat(disk.list().map((name) => disk.read(name) ?? Buffer.alloc(0))).toString("latin1");
  disk.isSlow = true;
  client.ask("SET", "first", "1");
  node.run(1200);
  expect(client.ask("SET", "second", "1")).toBe("+OK\r\n");
  expect([kept().includes("first"), kept().includes("second")]).toEqual([true, false]);
  expect(client.ask("INFO", "persistence")).toContain("aof_pending_bio_fsync:1");
  node.run(2500);
  expect(kept()).toContain("second");
  expect(client.ask("INFO", "persistence")).toContain("aof_delayed_fsync:1");
  client.ask("SET", "third", "1");
  disk.finishSyncs();
  node.run(100);
  expect(kept()).toContain("third");
});

test("under always each answer comes behind its sync", () => {
  const { disk, client } = started({ ...AOF, appendfsync: "always" });
  let syncs = 0;
  disk.sync = () => void syncs++;
  for (let at = 1; at <= 5; at++) {
    client.ask("INCR", "a");
    expect(syncs).toBe(at);
  }
});

test("a snapshot keeps whose history it is: a primary goes on with a new name and remembers the old one", () => {
  const { disk, node, client } = started(SAVING);
  const told = (from: ReturnType<typeof node.client>, name: string) =>
    new RegExp(`${name}:(.*)\r`).exec(from.ask("INFO", "replication"))?.[1];
  client.ask("PSYNC", "?", "-1");
  const other = node.client();
  other.ask("SET", "a", "1", "PX", "500");
  other.ask("SET", "b", "1");
  node.run(100);
  const [id, offset] = [told(other, "master_replid"), told(other, "master_repl_offset")];
  expect(Number(offset)).toBeGreaterThan(20);
  other.ask("SAVE");
  const next = restarted(disk, SAVING).client;
  expect(told(next, "master_replid2")).toBe(id);
  expect(told(next, "second_repl_offset")).toBe(String(Number(offset) + 1));
  expect(told(next, "master_repl_offset")).toBe(offset);
  const late = restarted(disk, SAVING, 1000).client;
  expect(late.ask("DBSIZE")).toBe(":1\r\n");
  expect(Number(told(late, "master_repl_offset"))).toBeGreaterThan(Number(offset));
  const replica = restarted(disk, { ...SAVING, replicaof: "127.0.0.1 7000" }, 1000).client;
  expect([told(replica, "master_replid"), told(replica, "master_repl_offset")]).toEqual([id, offset]);
  expect(replica.ask("DBSIZE")).toBe(":2\r\n");
});

function restarted(disk: FullDisk, settings: Readonly<Record<string, string>>, laterMs = 0) {
  const node = new SoloNode({ settings, disk, laterMs });
  node.core.load();
  return { node, client: node.client() };
}
