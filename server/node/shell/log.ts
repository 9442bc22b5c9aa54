import { closeSync, openSync, writeSync } from "node:fs";
import type { LogLevel } from "../world";

const SIGNS: Readonly<Record<LogLevel, string>> = { debug: ".", verbose: "-", notice: "*", warning: "#" };
const ORDER: readonly LogLevel[] = ["debug", "verbose", "notice", "warning"];
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const STDOUT = 1;

/** `pid:M 25 Nov 2026 07:21:49.573 * …`: M a primary, S a replica, C not yet either. */
export type LogRole = "M" | "S" | "C";

/** Log lines as redis writes them, each on its way when the call returns. */
export class Log {
  role: LogRole = "C";
  least: LogLevel = "notice";
  #path = "";

  /** "": the standard output. Throws what the system says when it cannot be written. */
  writeTo(path: string): void {
    if (path !== "") closeSync(openSync(path, "a"));
    this.#path = path;
  }

  readonly write = (level: LogLevel, text: string): void => {
    if (ORDER.indexOf(level) < ORDER.indexOf(this.least)) return;
    const now = new Date();
    const two = (value: number) => String(value).padStart(2, "0");
    const day = `${two(now.getDate())} ${MONTHS[now.getMonth()]} ${now.getFullYear()}`;
    const time = `${two(now.getHours())}:${two(now.getMinutes())}:${two(now.getSeconds())}`;
    const ms = String(now.getMilliseconds()).padStart(3, "0");
    this.#line(`${process.pid}:${this.role} ${day} ${time}.${ms} ${SIGNS[level]} ${text}\n`);
  };

  /** The file is opened for each line, so that it may be moved away. A log that cannot be written stops nobody. */
  #line(line: string): void {
    try {
      const file = this.#path === "" ? STDOUT : openSync(this.#path, "a");
      writeSync(file, line);
      if (file !== STDOUT) closeSync(file);
    } catch {
      // A full disk or a closed pipe.
    }
  }
}
