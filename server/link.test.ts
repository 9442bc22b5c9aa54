import { createServer, type Server } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isOpsError, type OpsError } from "@/lib/errors";
import { Link, NodeReplyError, type Sent } from "./link";
import { startNode, type TestNode } from "./testing/node";
import { until } from "./testing/until";

let node: TestNode;
let locked: TestNode;
const local = (port: number) => ({ endpoint: { host: "127.0.0.1", port } });

beforeAll(async () => {
  [node, locked] = await Promise.all([
    startNode({ port: 7210, config: ["enable-debug-command yes"] }),
    startNode({ port: 7211, password: "right", config: ["user small on >pw -@all +info"] }),
  ]);
});
afterAll(async () => {
  await Promise.all([node?.close(), locked?.close()]);
});

async function failure(work: Promise<unknown>): Promise<OpsError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!isOpsError(error)) throw new Error(`expected an OpsError, got ${String(error)}`);
  return error;
}

describe("replies", () => {
  test("a refusal in a pipeline is data, and the rest goes on", async () => {
    const link = await Link.open(local(7210));
    const replies = await link.pipeline([["PING"], ["NOSUCH"], ["CLUSTER", "COUNTKEYSINSLOT", 5], ["GET", "foo"]]);
    expect(replies[0]).toEqual({ ok: true, value: "PONG" });
    expect(replies[1]).toMatchObject({ ok: false, error: { prefix: "ERR" } });
    expect(replies[2]).toEqual({ ok: true, value: 0 });
    expect(replies[3]).toMatchObject({ ok: false, error: { prefix: "CLUSTERDOWN" } });
    await expect(link.call(["NOSUCH"])).rejects.toBeInstanceOf(NodeReplyError);
    expect(link.isOpen).toBe(true);
    link.close();
  });

  test("binary arguments and replies stay as they are", async () => {
    const link = await Link.open(local(7210));
    const hostile = Buffer.from([0, 13, 10, 255, 34, 39, 0x1b]);
    expect(await link.call(["ECHO", hostile], { buffers: true })).toEqual(hostile);
    link.close();
  });

  test("every command is told with its outcome", async () => {
    const link = await Link.open(local(7210));
    const told: Sent[] = [];
    link.onSent = (sent) => told.push(sent);
    await link.pipeline([["PING"], ["NOSUCH"]]);
    expect(told).toMatchObject([{ command: ["PING"], reply: "PONG", error: undefined }, { command: ["NOSUCH"] }]);
    expect(told[1]?.error).toBeInstanceOf(NodeReplyError);
    link.close();
  });

  test("one that is too large cuts the connection; many that fit do not", async () => {
    const link = await Link.open({ ...local(7210), maxReplyBytes: 1_000_000 });
    for (let i = 0; i < 5; i++) await link.call(["DEBUG", "SLEEP", "0"]);
    for (let i = 0; i < 5; i++) await link.call(["ECHO", "x".repeat(400_000)]);
    expect(link.isOpen).toBe(true);
    const error = await failure(link.call(["ECHO", "x".repeat(2_000_000)]));
    expect(error).toMatchObject({ code: "unreachable", details: { sent: true } });
    expect(error.message).toContain("its reply is larger than 1 MiB");
    expect(link.isOpen).toBe(false);
  });
});

test("a link that is never idle may carry any amount in small replies", async () => {
  const link = await Link.open({ ...local(7210), maxReplyBytes: 300_000 });
  const text = "x".repeat(100_000);
  let ahead = link.call(["ECHO", text]);
  for (let i = 0; i < 20; i++) {
    const next = link.call(["ECHO", text]);
    await ahead;
    ahead = next;
  }
  await ahead;
  expect(link.isOpen).toBe(true);
  link.close();
});

describe("time and loss", () => {
  test("a reply that is late closes the link, so that it is never taken for another's", async () => {
    const link = await Link.open(local(7210));
    const error = await failure(link.call(["DEBUG", "SLEEP", "0.5"], { timeoutMs: 100 }));
    expect(error).toMatchObject({ code: "timed_out", details: { afterMs: 100, sent: true } });
    expect(link.isOpen).toBe(false);
    expect(await failure(link.call(["PING"]))).toMatchObject({ code: "unreachable", details: { sent: false } });
  });

  test("a reply that came while this process was held up is no silence", async () => {
    const link = await Link.open(local(7210));
    const reply = link.call(["PING"], { timeoutMs: 50 });
    const end = performance.now() + 120;
    while (performance.now() < end);
    expect(await reply).toBe("PONG");
    link.close();
  });

  test("a frozen node is told within the deadline, on an open link and on a new one", async () => {
    const link = await Link.open(local(7210));
    node.freeze();
    try {
      const started = performance.now();
      const [open, fresh] = await Promise.all([
        failure(link.call(["PING"], { timeoutMs: 300 })),
        failure(Link.open({ ...local(7210), connectTimeoutMs: 200, timeoutMs: 300 })),
      ]);
      expect([open.code, fresh.code]).toEqual(["timed_out", "timed_out"]);
      expect(performance.now() - started).toBeLessThan(1000);
    } finally {
      node.thaw();
    }
  });

  test("a connection lost in flight says that the command may have been carried out; nothing is sent twice", async () => {
    const link = await Link.open(local(7210));
    const before = await commandsSeen("echo");
    const id = await link.call(["CLIENT", "ID"]);
    const slow = failure(
      link.pipeline([
        ["ECHO", "once"],
        ["WAIT", "1", "5000"],
        ["ECHO", "no"],
      ]),
    );
    await until("the link to wait", 2000, async () =>
      new RegExp(`id=${id} .*cmd=wait`).test(String(await node.call("CLIENT", "LIST"))),
    );
    await node.call("CLIENT", "KILL", "ID", String(id));
    expect(await slow).toMatchObject({ code: "unreachable", details: { sent: true } });
    expect((await commandsSeen("echo")) - before).toBe(1);
  });

  async function commandsSeen(name: string): Promise<number> {
    const stats = String(await node.call("INFO", "commandstats"));
    return Number(new RegExp(`cmdstat_${name}:calls=(\\d+)`).exec(stats)?.[1] ?? 0);
  }
});

describe("opening", () => {
  test("nobody there", async () => {
    const error = await failure(Link.open(local(7212)));
    expect(error).toMatchObject({ code: "unreachable", sentence: "unreachable" });
    expect(error.message).toContain("127.0.0.1:7212 cannot be reached: connect ECONNREFUSED");
  });

  test.each([
    ["no password", {}],
    ["a wrong password", { password: "wrong" }],
    ["an unknown user", { user: "nobody", password: "right" }],
  ])("%s is a clear error", async (_, credentials) => {
    expect(await failure(Link.open({ ...local(7211), ...credentials }))).toMatchObject({
      code: "unauthenticated",
      sentence: "wrongCredentials",
    });
  });

  test("the right password, or an account that may not even PING, is let in", async () => {
    for (const credentials of [{ password: "right" }, { user: "small", password: "pw" }]) {
      const link = await Link.open({ ...local(7211), ...credentials });
      expect(String(await link.call(["INFO", "server"]))).toContain("redis_version");
      link.close();
    }
    await expect(Link.open({ ...local(7211), user: "small", password: "pw", name: "shardboard:x" })).rejects.toThrow(
      /NOPERM/,
    );
  });

  test("the connection carries its name", async () => {
    const link = await Link.open({ ...local(7210), name: "shardboard:test:1:2" });
    expect(await link.call(["CLIENT", "GETNAME"])).toBe("shardboard:test:1:2");
    link.close();
  });

  test("the pinned address is dialled, not the name", async () => {
    const asked: string[] = [];
    const resolve = async ({ host }: { host: string }) => {
      asked.push(host);
      return "127.0.0.1";
    };
    const link = await Link.open({ endpoint: { host: "name.invalid", port: 7210 }, resolve });
    expect(asked).toEqual(["name.invalid"]);
    link.close();
  });
});

describe("servers that are something else", () => {
  const servers: Server[] = [];
  afterAll(() => {
    for (const server of servers) server.close();
  });
  async function serve(port: number, text: (write: (text: string) => void) => void): Promise<void> {
    const server = createServer((socket) => {
      socket.on("error", () => {});
      socket.on("data", () => text((out) => void (socket.writable && socket.write(out))));
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  }

  test("a web server", async () => {
    await serve(7213, (write) => write("HTTP/1.1 400 Bad Request\r\n\r\n"));
    expect(await failure(Link.open(local(7213)))).toMatchObject({ code: "unreachable" });
  });

  test("an endless reply", async () => {
    await serve(7214, (write) => {
      write("*100000000\r\n");
      for (let i = 0; i < 3000; i++) write(`$1000\r\n${"x".repeat(1000)}\r\n`);
    });
    const error = await failure(Link.open({ ...local(7214), maxReplyBytes: 1_000_000 }));
    expect(error.message).toContain("more than 1000000 parts");
  });

  test("one that never answers", async () => {
    await serve(7215, () => {});
    const error = await failure(Link.open({ ...local(7215), connectTimeoutMs: 100, timeoutMs: 200 }));
    expect(error.code).toBe("timed_out");
  });
});
