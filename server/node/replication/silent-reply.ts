import type { Reply } from "../reply";

const nothing = (): void => {};

/** For commands that nobody waits for an answer of. */
export const silentReply = (): Reply => ({
  resp: 2,
  ok: nothing,
  simple: nothing,
  error: nothing,
  integer: nothing,
  bulk: nothing,
  nothing,
  nothingArray: nothing,
  array: nothing,
  map: nothing,
  set: nothing,
  push: nothing,
  double: nothing,
  boolean: nothing,
  verbatim: nothing,
  raw: nothing,
});
