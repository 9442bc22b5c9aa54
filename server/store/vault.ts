import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";
import { chmodSync, closeSync, fsyncSync, mkdirSync, openSync, readFileSync, statSync, writeSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { OpsError } from "@/lib/errors";

const VERSION = 1;
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Outside the data folder, so that a copy of the folder alone opens nothing. */
export function defaultKeyPath(dataFolder: string, env: Readonly<Record<string, string | undefined>>): string {
  const home = env.XDG_CONFIG_HOME || join(homedir(), ".config");
  const name = createHash("sha256").update(resolve(dataFolder)).digest("hex").slice(0, 16);
  return join(home, "shardboard", `${name}.key`);
}

/**
 * Secrets at rest: AES-256-GCM, `version | nonce | tag | text`. The key file is made on first use and never again: a
 * missing key beside sealed values is an error to be seen, not a reason to start over.
 */
export class Vault {
  readonly #keyPath: string;
  #key: Buffer | undefined;

  constructor({ keyPath }: { keyPath: string }) {
    this.#keyPath = keyPath;
  }

  seal(text: string): Buffer {
    this.#key ??= this.#read() ?? this.#make();
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv("aes-256-gcm", this.#key, nonce);
    const body = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
    return Buffer.concat([Buffer.of(VERSION), nonce, cipher.getAuthTag(), body]);
  }

  open(sealed: Buffer): string {
    this.#key ??= this.#read();
    if (!this.#key) throw this.#unreadable("the file is missing");
    try {
      if (sealed[0] !== VERSION) throw new Error("written in an unknown form");
      const nonce = sealed.subarray(1, 1 + NONCE_BYTES);
      const tag = sealed.subarray(1 + NONCE_BYTES, 1 + NONCE_BYTES + TAG_BYTES);
      const decipher = createDecipheriv("aes-256-gcm", this.#key, nonce, { authTagLength: TAG_BYTES });
      decipher.setAuthTag(tag);
      const body = decipher.update(sealed.subarray(1 + NONCE_BYTES + TAG_BYTES));
      return Buffer.concat([body, decipher.final()]).toString("utf8");
    } catch (cause) {
      throw this.#unreadable("it does not open what was sealed", cause);
    }
  }

  #read(): Buffer | undefined {
    let key: Buffer;
    try {
      if (statSync(this.#keyPath).mode & 0o077) chmodSync(this.#keyPath, 0o600);
      key = readFileSync(this.#keyPath);
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === "ENOENT") return undefined;
      throw this.#unreadable(cause instanceof Error ? cause.message : String(cause), cause);
    }
    if (key.length !== KEY_BYTES) throw this.#unreadable(`it holds ${key.length} bytes, expected ${KEY_BYTES}`);
    return key;
  }

  #make(): Buffer {
    const key = randomBytes(KEY_BYTES);
    try {
      mkdirSync(dirname(this.#keyPath), { recursive: true, mode: 0o700 });
      const file = openSync(this.#keyPath, "wx", 0o600);
      writeSync(file, key);
      fsyncSync(file);
      closeSync(file);
      return key;
    } catch (cause) {
      throw this.#unreadable(cause instanceof Error ? cause.message : String(cause), cause);
    }
  }

  #unreadable(reason: string, cause?: unknown): OpsError {
    return new OpsError({
      code: "refused",
      sentence: "keyUnusable",
      message: `the key file ${this.#keyPath} cannot be used: ${reason}. Put back the key that belongs to this data folder, or disconnect the clusters and connect them again.`,
      details: { path: this.#keyPath, reason },
      cause,
    });
  }
}
