import type { Peer } from "./peer";

const DURING = "its snapshot";
const MARK_BYTES = 40;

/**
 * The snapshot as it comes: `$<bytes>` and that many, or (repl-diskless-sync) `$EOF:<mark>`, bytes of a length that nobody
 * knows yet, and the mark again: 40 characters that no data can guess. What follows is left to the peer.
 */
export async function* snapshot(peer: Peer): AsyncGenerator<Buffer> {
  const head = await peer.line(DURING);
  const sized = /^\$(\d+)$/.exec(head);
  const marked = /^\$EOF:(.{40})$/.exec(head);
  if (sized) yield* sizedSnapshot(peer, Number(sized[1]));
  else if (marked) yield* markedSnapshot(peer, Buffer.from(marked[1] as string, "latin1"));
  else throw peer.garbled("the size of a snapshot", JSON.stringify(head));
}

async function* sizedSnapshot(peer: Peer, bytes: number): AsyncGenerator<Buffer> {
  for (let left = bytes; left > 0; ) {
    const chunk = await peer.more(DURING);
    const mine = chunk.subarray(0, left);
    left -= mine.length;
    if (mine.length < chunk.length) peer.giveBack(chunk.subarray(mine.length));
    yield mine;
  }
}

/** What could be the beginning of the mark is held back. */
async function* markedSnapshot(peer: Peer, mark: Buffer): AsyncGenerator<Buffer> {
  let held: Buffer = Buffer.alloc(0);
  for (;;) {
    const chunk = await peer.more(DURING);
    const bytes = held.length > 0 ? Buffer.concat([held, chunk]) : chunk;
    const end = bytes.indexOf(mark);
    if (end >= 0) {
      peer.giveBack(bytes.subarray(end + MARK_BYTES));
      if (end > 0) yield bytes.subarray(0, end);
      return;
    }
    const sure = Math.max(0, bytes.length - MARK_BYTES + 1);
    held = bytes.subarray(sure);
    if (sure > 0) yield bytes.subarray(0, sure);
  }
}
