import type { Reply } from "../reply";

/** What a command answered, as plain values: errors as Error, maps as Map, simple strings and bulk strings as string. */
export class RecordedReply implements Reply {
  readonly resp = 3;
  readonly #open: { readonly items: unknown[]; readonly count: number; readonly isMap: boolean }[] = [];
  #value: unknown;

  get value(): unknown {
    if (this.#open.length > 0) throw new Error("the answer ends before its arrays do");
    return this.#value;
  }

  ok(): void {
    this.#add("OK");
  }
  simple(text: string): void {
    this.#add(text);
  }
  error(line: string): void {
    this.#add(new Error(line));
  }
  integer(value: number | bigint): void {
    this.#add(value);
  }
  bulk(bytes: Buffer | string): void {
    this.#add(typeof bytes === "string" ? bytes : bytes.toString("latin1"));
  }
  nothing(): void {
    this.#add(undefined);
  }
  nothingArray(): void {
    this.#add(undefined);
  }
  array(count: number): void {
    this.#begin(count, { isMap: false });
  }
  set(count: number): void {
    this.#begin(count, { isMap: false });
  }
  push(count: number): void {
    this.#begin(count, { isMap: false });
  }
  map(pairs: number): void {
    this.#begin(pairs * 2, { isMap: true });
  }
  double(value: number): void {
    this.#add(value);
  }
  boolean(value: boolean): void {
    this.#add(value);
  }
  verbatim(_format: string, text: string): void {
    this.#add(text);
  }
  raw(bytes: Buffer): void {
    this.#add(bytes);
  }

  #begin(count: number, { isMap }: { readonly isMap: boolean }): void {
    this.#open.push({ items: [], count, isMap });
    this.#close();
  }

  #add(value: unknown): void {
    const open = this.#open.at(-1);
    if (!open) this.#value = value;
    else open.items.push(value);
    this.#close();
  }

  #close(): void {
    const open = this.#open.at(-1);
    if (!open || open.items.length < open.count) return;
    this.#open.pop();
    this.#add(open.isMap ? mapOf(open.items) : open.items);
  }
}

function mapOf(items: readonly unknown[]): Map<unknown, unknown> {
  const map = new Map<unknown, unknown>();
  for (let at = 0; at < items.length; at += 2) map.set(items[at], items[at + 1]);
  return map;
}
