import { createInterface } from "node:readline";
import { cliOutput } from "@/lib/words/en/cli-output";
import type { Out } from "./out";

export const isTerminal = (): boolean => process.stdin.isTTY === true;

/** One line, or undefined when the input ends before there is one. */
export async function ask(out: Out, question: string): Promise<string | undefined> {
  out.prompt(question);
  const lines = createInterface({ input: process.stdin, terminal: false });
  try {
    return await new Promise((resolve) => {
      lines.once("line", (line) => resolve(line.trim()));
      lines.once("close", () => resolve(undefined));
    });
  } finally {
    lines.close();
    process.stdin.pause();
  }
}

/** Not echoed. Undefined: Ctrl-C. */
export async function askPassword(out: Out): Promise<string | undefined> {
  const { stdin } = process;
  if (!stdin.isTTY) return ask(out, "");
  out.note(cliOutput.ask.password());
  stdin.setRawMode(true);
  let onData: (chunk: Buffer) => void = () => {};
  try {
    return await new Promise((resolve) => {
      let text = "";
      onData = (chunk) => {
        for (const char of chunk.toString("utf8")) {
          if (char === "\r" || char === "\n" || char === "\u0004") return resolve(text);
          if (char === "\u0003") return resolve(undefined);
          text = char === "\u007f" ? text.slice(0, -1) : text + char;
        }
      };
      stdin.on("data", onData);
    });
  } finally {
    stdin.off("data", onData);
    stdin.setRawMode(false);
    stdin.pause();
  }
}
