import { isOpsError } from "@/lib/errors";
import { version } from "@/package.json";
import { tellRemoteAddresses } from "./access/remote-address";
import { forgetConsole, recordConsole } from "./console-record";
import { Engine } from "./engine";
import { provideEngine } from "./index";
import { onParentGone } from "./parent-watch";
import { readSettings, type Settings } from "./settings";

/**
 * The life of the console inside the Next server's process. `npm start` runs Next with NEXT_MANUAL_SIG_HANDLE=true, so
 * that the signals are handled here alone:
 *
 * 1. SIGTERM, SIGINT: operations park, streams close, the sandbox stops in its safe order, everything is closed, exit 0.
 * 2. The parent vanished (standard input ended): the same, but the nodes go on running.
 * 3. A console that cannot start says one sentence and ends with EXIT_REFUSED: starting it again would not help.
 *
 * Lines for a person start with `· `; `npm start` shows them while it waits.
 */
export const EXIT_REFUSED = 78;

/** An engine on a folder of one's own, without signals and without starting anything: for tests. */
export function openEngine(settings: Settings, keyPath: string): Engine {
  const engine = new Engine({ settings, version, keyPath });
  provideEngine(Promise.resolve(engine)).ready();
  return engine;
}

export async function boot(): Promise<void> {
  process.umask(0o077);
  try {
    const settings = readSettings(process.env);
    const { dataFolder } = settings;
    tellRemoteAddresses(settings.origin);
    const engine = new Engine({ settings, version });
    const slot = provideEngine(Promise.resolve(engine));
    leaveOnSignals(engine, dataFolder);
    process.on("unhandledRejection", (error) => engine.log.error({ err: error }, "a promise that nobody waited for"));
    const record = { dataFolder, url: urlOf(settings), bootId: engine.bootId };
    await recordConsole({ ...record, ready: false });
    await engine.start(say);
    slot.ready();
    await recordConsole({ ...record, ready: true });
    engine.log.info({ bootId: engine.bootId, version }, "ready");
  } catch (error) {
    refuse(error);
  }
}

/** Where this machine reaches it: an address that stands for all of them is no address. */
function urlOf({ host, port }: Settings): string {
  if (host === "0.0.0.0" || host === "::") return `http://127.0.0.1:${port}`;
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}

function leaveOnSignals(engine: Engine, dataFolder: string): void {
  let isLeaving = false;
  const leave = (nodes: "stop" | "leave") => {
    if (isLeaving) return;
    isLeaving = true;
    void leaveNow(engine, { dataFolder, nodes });
  };
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => leave("stop"));
  onParentGone(() => leave("leave"));
}

async function leaveNow(engine: Engine, { dataFolder, nodes }: { dataFolder: string; nodes: "stop" | "leave" }) {
  try {
    await engine.close({ nodes, say });
    await forgetConsole(dataFolder);
    process.exit(0);
  } catch (error) {
    process.stderr.write(`! ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  }
}

function say(line: string): void {
  process.stdout.write(`· ${line}\n`);
}

function refuse(error: unknown): never {
  const text = error instanceof Error ? error.message : String(error);
  process.stderr.write(`! ${text}\n`);
  if (!isOpsError(error) && error instanceof Error) process.stderr.write(`${error.stack ?? ""}\n`);
  process.exit(isOpsError(error) && error.code !== "internal" ? EXIT_REFUSED : 1);
}
