import { execFile } from "node:child_process";
import { access, constants, realpath } from "node:fs/promises";
import { delimiter, join, resolve } from "node:path";
import { refuse } from "@/server/refuse";
import { commandOf, EMBEDDED, embeddedLink } from "./embedded";

/** A server that nodes can run on. `embedded`: the node written in TypeScript, of which nothing has to be installed. */
export type Engine = {
  readonly kind: "redis" | "valkey" | "embedded";
  readonly path: string;
  readonly version: string;
};

/** What a server process inherits: no secret of the console's environment. */
export const engineEnv = (): NodeJS.ProcessEnv => ({
  NODE_ENV: process.env.NODE_ENV,
  PATH: process.env.PATH,
  ...(process.env.TZ === undefined ? {} : { TZ: process.env.TZ }),
});

const names = ["valkey-server", "redis-server"] as const;

/** What to do where no engine is found. */
export const installLine =
  process.platform === "darwin"
    ? "Run npm start once, which brings the embedded one; or install one with: brew install valkey."
    : "Run npm start once, which brings the embedded one; or put one on PATH (Fedora: dnf install valkey; Alpine: apk add valkey; Debian, Ubuntu: apt-get install redis-server, which also starts one on 6379), or set SHARDBOARD_ENGINE to its path.";

/**
 * SHARDBOARD_ENGINE, else `valkey-server` or `redis-server` from PATH, else the embedded node, which npm start links into
 * `<data>/bin`. Undefined: there is none. A SHARDBOARD_ENGINE that is no server is an error, never passed over.
 */
export async function findEngine(
  dataFolder: string = process.env.SHARDBOARD_DATA ?? ".shardboard",
): Promise<Engine | undefined> {
  const given = process.env.SHARDBOARD_ENGINE;
  if (given) return readEngine(givenPath(given, dataFolder));
  for (const path of byDefault(dataFolder)) if (await isExecutable(path)) return readEngine(path);
  return undefined;
}

/** Every engine that may be started: what findEngine looks for, SHARDBOARD_ENGINES (`path:path`), and `also`. */
export async function allowedEngines(dataFolder: string, also: readonly string[]): Promise<readonly string[]> {
  const { SHARDBOARD_ENGINE: given, SHARDBOARD_ENGINES: more = "" } = process.env;
  const candidates = [
    ...(given ? [givenPath(given, dataFolder)] : []),
    ...more
      .split(delimiter)
      .filter(Boolean)
      .map((path) => resolve(/*turbopackIgnore: true*/ path)),
    ...byDefault(dataFolder),
    ...also,
  ];
  const there = await Promise.all(candidates.map(async (path) => ((await isExecutable(path)) ? [path] : [])));
  return [...new Set(there.flat())];
}

const givenPath = (given: string, dataFolder: string): string =>
  given === EMBEDDED ? embeddedIn(dataFolder) : resolve(given);

// The comment keeps the bundler from following a path that only the machine knows.
const embeddedIn = (dataFolder: string): string => embeddedLink(resolve(/*turbopackIgnore: true*/ dataFolder));

function byDefault(dataFolder: string): readonly string[] {
  const folders = (process.env.PATH ?? "").split(delimiter).filter(Boolean);
  return [...names.flatMap((name) => folders.map((folder) => join(folder, name))), embeddedIn(dataFolder)];
}

/** `Redis server v=7.0.15 …`, `Valkey server v=8.0.1 …`; the embedded node names the version of redis that it is like. */
export function parseVersion(text: string): Pick<Engine, "kind" | "version"> | undefined {
  const embedded = /^Shardboard node v=\S+ redis=(\d+\.\d+\.\d+)/m.exec(text);
  if (embedded?.[1]) return { kind: EMBEDDED, version: embedded[1] };
  const match = /^(Redis|Valkey) server v=(\d+\.\d+\.\d+)/m.exec(text);
  if (!match?.[2]) return undefined;
  return { kind: match[1] === "Valkey" ? "valkey" : "redis", version: match[2] };
}

export async function readEngine(path: string): Promise<Engine> {
  const [file, before] = commandOf(path);
  const text = await new Promise<string>((done, fail) => {
    execFile(file, [...before, "--version"], { timeout: 5000, env: engineEnv() }, (error, stdout) =>
      error ? fail(refuse("invalid", "engineUnusable", { path, reason: error.message }, error)) : done(stdout),
    );
  });
  const read = parseVersion(text);
  if (!read) throw refuse("invalid", "engineUnusable", { path, reason: "it does not answer to --version as one" });
  return { ...read, path };
}

/** The file that really runs: Debian's redis-server is a link to a binary of another name. */
export const realEngine = (path: string): Promise<string> => realpath(path).catch(() => path);

const isExecutable = (path: string): Promise<boolean> =>
  access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
