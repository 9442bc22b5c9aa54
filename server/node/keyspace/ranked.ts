export type Scored = { readonly member: string; readonly score: number };

/** Whether a member comes before a bound. Once false it stays false for all that follow. */
export type IsBefore = (score: number, member: string) => boolean;

const MOST = 64;

type Leaf = { readonly scores: number[]; readonly members: string[] };
/** Child `i` holds what is at or above `scores[i]`, `members[i]` and below those of the next; those of child 0 are not looked at. */
type Inner = { readonly scores: number[]; readonly members: string[]; readonly children: Node[]; size: number };
type Node = Leaf | Inner;

const sizeOf = (node: Node): number => ("children" in node ? node.size : node.members.length);

/**
 * Members in order of score, then bytes: a B+ tree whose inner nodes count what is below them, so that a rank is found on
 * the way down. Full nodes split; empty ones are taken out and never filled from their neighbours, which keeps the height what
 * growth made it. No chance in it: no order of requests makes it degenerate.
 */
export class Ranked {
  #root: Node = { scores: [], members: [] };

  get size(): number {
    return sizeOf(this.#root);
  }

  /** The caller knows that it is not there. */
  add(score: number, member: string): void {
    const right = insert(this.#root, score, member);
    if (!right) return;
    const left = this.#root;
    const [separator = 0, name = ""] = lowest(right);
    this.#root = {
      children: [left, right],
      scores: [0, separator],
      members: ["", name],
      size: sizeOf(left) + sizeOf(right),
    };
  }

  /** The caller knows that it is there. */
  remove(score: number, member: string): void {
    take(this.#root, score, member);
    while ("children" in this.#root && this.#root.children.length === 1) this.#root = this.#root.children[0] as Node;
    if (this.size === 0) this.#root = { scores: [], members: [] };
  }

  /** How many come before the bound. */
  count(isBefore: IsBefore): number {
    let before = 0;
    let node = this.#root;
    while ("children" in node) {
      let at = 0;
      while (at + 1 < node.children.length && isBefore(node.scores[at + 1] as number, node.members[at + 1] as string))
        before += sizeOf(node.children[at++] as Node);
      node = node.children[at] as Node;
    }
    return before + leafPlace(node, isBefore);
  }

  at(rank: number): Scored | undefined {
    if (rank < 0 || rank >= this.size) return undefined;
    let left = rank;
    let node = this.#root;
    while ("children" in node) {
      let at = 0;
      for (let size = sizeOf(node.children[0] as Node); left >= size; size = sizeOf(node.children[at] as Node)) {
        left -= size;
        at++;
      }
      node = node.children[at] as Node;
    }
    return { member: node.members[left] as string, score: node.scores[left] as number };
  }

  slice(first: number, last: number): readonly Scored[] {
    const found: Scored[] = [];
    collect(this.#root, Math.max(0, first), Math.min(last, this.size - 1), found);
    return found;
  }
}

/** By halves, as a full leaf is worth it. */
function leafPlace({ scores, members }: Leaf, isBefore: IsBefore): number {
  let low = 0;
  let high = members.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBefore(scores[middle] as number, members[middle] as string)) low = middle + 1;
    else high = middle;
  }
  return low;
}

const isLess = (score: number, member: string, otherScore: number, other: string) =>
  score < otherScore || (score === otherScore && member < other);

function childOf(node: Inner, score: number, member: string): number {
  let low = 1;
  let high = node.children.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isLess(score, member, node.scores[middle] as number, node.members[middle] as string)) high = middle;
    else low = middle + 1;
  }
  return low - 1;
}

/** What was split off to the right, or undefined. */
function insert(node: Node, score: number, member: string): Node | undefined {
  if (!("children" in node)) {
    const at = leafPlace(node, (otherScore, other) => isLess(otherScore, other, score, member));
    node.scores.splice(at, 0, score);
    node.members.splice(at, 0, member);
    if (node.members.length <= MOST) return undefined;
    const half = at === MOST ? MOST : MOST >>> 1;
    return { scores: node.scores.splice(half), members: node.members.splice(half) };
  }
  const at = childOf(node, score, member);
  const right = insert(node.children[at] as Node, score, member);
  node.size++;
  if (!right) return undefined;
  const [separator = 0, name = ""] = lowest(right);
  node.children.splice(at + 1, 0, right);
  node.scores.splice(at + 1, 0, separator);
  node.members.splice(at + 1, 0, name);
  if (node.children.length <= MOST) return undefined;
  const half = MOST >>> 1;
  const children = node.children.splice(half);
  const size = children.reduce((sum, child) => sum + sizeOf(child), 0);
  node.size -= size;
  return { children, scores: node.scores.splice(half), members: node.members.splice(half), size };
}

function take(node: Node, score: number, member: string): void {
  if (!("children" in node)) {
    const at = leafPlace(node, (otherScore, other) => isLess(otherScore, other, score, member));
    node.scores.splice(at, 1);
    node.members.splice(at, 1);
    return;
  }
  const at = childOf(node, score, member);
  const child = node.children[at] as Node;
  take(child, score, member);
  node.size--;
  if (sizeOf(child) > 0) return;
  node.children.splice(at, 1);
  node.scores.splice(at, 1);
  node.members.splice(at, 1);
}

/** A bound below all that it holds and above all before it: a split inner node keeps the one it had. */
function lowest(node: Node): readonly [number, string] {
  return [node.scores[0] as number, node.members[0] as string];
}

function collect(node: Node, first: number, last: number, into: Scored[]): void {
  if (!("children" in node)) {
    for (let at = Math.max(0, first); at <= last && at < node.members.length; at++)
      into.push({ member: node.members[at] as string, score: node.scores[at] as number });
    return;
  }
  let start = 0;
  for (const child of node.children) {
    const size = sizeOf(child);
    if (start > last) return;
    if (start + size > first) collect(child, first - start, last - start, into);
    start += size;
  }
}
