#!/usr/bin/env node
import { cli } from "@/lib/words/en/cli";
import { version } from "@/package.json";
import { type ExitCode, UsageError } from "./grammar/asked";
import { completion } from "./grammar/completion";
import { spelled } from "./grammar/flags";
import { helpOf, overview } from "./grammar/help";
import { parse, withoutEffect } from "./grammar/parse";
import { allVerbs } from "./grammar/verbs";

/**
 * `shardboard`: the same engine as the console's, or a console's API, from a shell. What is here is small, so that help,
 * version and completion answer at once; a verb loads what it needs. Exit code: 0 done and proved, 1 not, 2 usage.
 */
process.umask(0o077);
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});

const code = await run(process.argv.slice(2));
// What was written is out before the end; a connection that is still closing is nobody's to wait for.
process.stdout.write("", () => process.stderr.write("", () => process.exit(code)));

async function run(argv: readonly string[]): Promise<ExitCode> {
  try {
    const [word, more] = argv;
    if (word === "--version" || word === "-v" || word === "version") return say(`shardboard ${version}\n`);
    if (word === undefined || word === "help" || word === "--help") return help(argv.slice(1));
    if (word === "completion") return say(completion(more, allVerbs));
    const asked = parse(argv, allVerbs);
    const { row, flags } = asked;
    if (flags.help) return say(helpOf(row));
    for (const name of withoutEffect(row, flags)) process.stderr.write(`${cli.noEffect({ flag: spelled(name) })}\n`);
    return await (await row.load())(asked);
  } catch (error) {
    return told(error);
  }
}

function help(words: readonly string[]): ExitCode {
  const row = allVerbs.find(({ room, name }) => words.includes(name) && (words.includes(room) || words.length === 1));
  return say(row ? helpOf(row) : overview(allVerbs, version));
}

function say(text: string): ExitCode {
  process.stdout.write(text);
  return 0;
}

/** Only sentences of ours are for a person; what else is thrown is a defect, and shows where. */
function told(error: unknown): ExitCode {
  const isOurs = error instanceof UsageError || (error instanceof Error && error.name === "OpsError");
  const text = error instanceof Error ? (isOurs ? error.message : (error.stack ?? error.message)) : String(error);
  process.stderr.write(`${cli.error({ text: text.replaceAll(/(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "?") })}\n`);
  return error instanceof UsageError ? 2 : 1;
}
