import { setTimeout as sleep } from "node:timers/promises";
import { choosePort } from "./address.mjs";
import { startConsole } from "./console-process.mjs";
import { readyConsole } from "./console-record.mjs";
import { Refusal, say } from "./say.mjs";

/** As server/boot.ts ends when starting again would not help; it has said why. */
const EXIT_REFUSED = 78;
const READY_MS = 10 * 60_000;
const STOP_MS = 25_000;
const HEALTHY_MS = 60_000;
const LONGEST_PAUSE_SEC = 30;
const MOVES = 5;

/**
 * Keeps a console running until it is asked to stop: started again after 1, 2, 4 … 30 s when it dies unasked, at once
 * with patience again after a minute of health. The first life must become ready, else there is nothing to keep up.
 * `stop` is an AbortSignal. Resolves to the exit code.
 */
export async function supervise({ root, data, address, stop, onReady }) {
  const first = await firstLife({ root, data, address, stop });
  if (stop.aborted) return end(first.life);
  onReady(first.record);
  let { life } = first;
  let readyMs = Date.now();
  for (let pauseSec = 1; ; ) {
    const ended = await Promise.race([life.ended, aborted(stop)]);
    if (stop.aborted || !ended) return end(life);
    if (ended.code === EXIT_REFUSED) return 1;
    if (readyMs !== undefined && Date.now() - readyMs > HEALTHY_MS) pauseSec = 1;
    say(`The console ended unasked (${ended.text}); it is started again in ${pauseSec} s.`);
    await sleep(pauseSec * 1000, undefined, { signal: stop }).catch(() => {});
    if (stop.aborted) {
      say("No console runs that could stop the nodes: they go on, and the next start takes them over.");
      return 0;
    }
    pauseSec = Math.min(pauseSec * 2, LONGEST_PAUSE_SEC);
    life = startConsole({ root, data, ...first.address, isRestart: true });
    readyMs = undefined;
    void watchReady(data, life, stop).then((isReady) => {
      if (isReady) readyMs = Date.now();
    });
  }
}

async function firstLife({ root, data, address, stop }) {
  for (let from, move = 0; ; move++) {
    const port = await choosePort(address, from);
    const life = startConsole({ root, data, host: address.host, port });
    const isOver = () => life.isOver || stop.aborted;
    const record = await readyConsole(data, { deadlineMs: READY_MS, isOver, pid: life.pid });
    if (record || stop.aborted) return { life, record, address: { host: address.host, port } };
    if (!life.isOver) await end(life);
    const ended = await life.ended;
    const text = life.lastLines.join("\n");
    // Somebody took the port between the look and the bind.
    if (/EADDRINUSE/.test(text) && address.port === undefined && move < MOVES) {
      from = port + 1;
      continue;
    }
    throw new Refusal(
      ended.code === EXIT_REFUSED ? "" : `The console ended before it was ready (${ended.text}).\n${text}`.trimEnd(),
    );
  }
}

async function watchReady(data, life, stop) {
  const isOver = () => life.isOver || stop.aborted;
  const record = await readyConsole(data, { deadlineMs: READY_MS, isOver, pid: life.pid });
  if (record) say("The console is back.");
  return record !== undefined;
}

/** SIGTERM, and time to park what is under way and to stop the sandbox; then the hard way. */
async function end(life) {
  if (life.isOver) return 0;
  life.terminate();
  const late = new AbortController();
  const ended = await Promise.race([
    life.ended,
    sleep(STOP_MS, undefined, { signal: late.signal }).catch(() => undefined),
  ]);
  late.abort();
  if (ended) return 0;
  life.kill();
  await life.ended;
  process.stderr.write(
    `! The console did not stop within ${STOP_MS / 1000} s and was killed. What was under way is closed at the next start.\n`,
  );
  return 1;
}

function aborted(signal) {
  if (signal.aborted) return Promise.resolve(undefined);
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(undefined), { once: true }));
}
