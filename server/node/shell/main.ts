#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { isAbsolute, resolve } from "node:path";
import { BadLine, type ReadLine, readArguments, readConfig } from "../config/file";
import { NodeSettings } from "../config/settings";
import { Log } from "./log";
import { runNode } from "./node";
import { parts } from "./parts";

const VERSION = "Shardboard node v=0.1.0 redis=7.0.15";
const USAGE = `Usage: shardboard-node [/path/to/redis.conf] [options] [-]
       shardboard-node - (read config from stdin)
       shardboard-node -v or --version
       shardboard-node -h or --help
`;

/** What redis-server takes: a file, `-` for the standard input, and `--name value …` that count more than the file. */
async function main(args: readonly string[]): Promise<void> {
  const [first] = args;
  if (first === "--version" || first === "-v") {
    process.stdout.write(`${VERSION}\n`);
    return;
  }
  if (first === "--help" || first === "-h") {
    process.stdout.write(USAGE);
    return;
  }
  const hasFile = first !== undefined && !first.startsWith("-");
  const configFile = hasFile ? resolve(first) : "";
  const rest = args.slice(hasFile ? 1 : 0);
  const isPiped = rest.at(-1) === "-";
  const lines = [
    ...(hasFile ? readConfig(readText(configFile)) : []),
    ...(isPiped ? readConfig(readFileSync(0, "latin1")) : []),
    ...readArguments(isPiped ? rest.slice(0, -1) : rest),
  ];
  const settings = new NodeSettings();
  for (const line of lines) readLine(settings, line);
  enterFolder(settings);
  const log = new Log();
  log.writeTo(settings.text("logfile"));
  try {
    await runNode({ settings, log, configFile, parts });
  } catch (error) {
    log.write("warning", (error as Error).message);
    process.exit(1);
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch (error) {
    throw new Error(`Fatal error, can't open config file '${path}': ${(error as Error).message}`);
  }
}

function readLine(settings: NodeSettings, { line, text, ...directive }: ReadLine): void {
  try {
    settings.read(directive);
  } catch (error) {
    throw new BadLine(line, text, (error as Error).message);
  }
}

/** As redis does: the node works in its folder, and relative names are meant there. */
function enterFolder(settings: NodeSettings): void {
  const folder = settings.text("dir");
  if (folder !== "") process.chdir(folder);
  settings.read({ name: "dir", values: [process.cwd()] });
  const logfile = settings.text("logfile");
  if (logfile !== "" && !isAbsolute(logfile)) settings.read({ name: "logfile", values: [resolve(logfile)] });
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exit(1);
});
