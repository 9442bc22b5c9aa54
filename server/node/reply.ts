/**
 * An answer, written piece by piece in the order of the wire; RESP2 or RESP3 as the client chose, which commands need not know.
 * Strings are latin1: a byte a character. Whoever opens an aggregate writes just as many elements (pairs for a map).
 */
export interface Reply {
  readonly resp: 2 | 3;
  ok(): void;
  simple(text: string): void;
  /** The whole line without the dash: `ERR …`, `MOVED …`. Line ends in it become spaces. */
  error(line: string): void;
  integer(value: number | bigint): void;
  bulk(bytes: Buffer | string): void;
  nothing(): void;
  nothingArray(): void;
  array(count: number): void;
  map(pairs: number): void;
  set(count: number): void;
  push(count: number): void;
  double(value: number): void;
  boolean(value: boolean): void;
  /** `format` has three letters: txt, mkd. */
  verbatim(format: string, text: string): void;
  /** Bytes that are RESP already. */
  raw(bytes: Buffer): void;
}
