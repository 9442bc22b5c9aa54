import { Dict } from "./dict";
import { type IsBefore, Ranked, type Scored } from "./ranked";

export type { Scored };

/** Members by score, then by bytes; a member's score in constant time, a rank or a range in logarithmic. */
export class SortedSet {
  readonly #scores = new Dict<number>();
  readonly #ranked = new Ranked();

  static of(members: Iterable<Scored>): SortedSet {
    const sorted = new SortedSet();
    for (const { member, score } of members) sorted.add(member, score);
    return sorted;
  }

  get size(): number {
    return this.#scores.size;
  }

  /** In no order: to walk over, or to choose from. */
  get scores(): Pick<Dict<number>, "size" | "nameAt" | "valueAt" | "names" | "values"> {
    return this.#scores;
  }

  score(member: string): number | undefined {
    return this.#scores.get(member);
  }

  /** Whether the member is new. */
  add(member: string, score: number): boolean {
    const old = this.#scores.get(member);
    if (old !== undefined) {
      if (Object.is(old, score)) return false;
      this.#ranked.remove(old, member);
    }
    this.#ranked.add(score, member);
    return this.#scores.set(member, score);
  }

  remove(member: string): boolean {
    const score = this.#scores.get(member);
    if (score === undefined) return false;
    this.#ranked.remove(score, member);
    return this.#scores.delete(member);
  }

  /** From 0, ascending; undefined: no member. */
  rank(member: string): number | undefined {
    const score = this.#scores.get(member);
    if (score === undefined) return undefined;
    return this.#ranked.count((other, name) => other < score || (other === score && name < member));
  }

  at(rank: number): Scored | undefined {
    return this.#ranked.at(rank);
  }

  /** Ascending from `first` to `last`, both among them, by rank. */
  slice(first: number, last: number): readonly Scored[] {
    return this.#ranked.slice(first, last);
  }

  /** How many come before the bound. */
  count(isBefore: IsBefore): number {
    return this.#ranked.count(isBefore);
  }

  /** How many come before the first that is at or above the bound (`isOpen`: above it). */
  below(score: number, isOpen: boolean): number {
    return this.#ranked.count((other) => (isOpen ? other <= score : other < score));
  }

  /** The same by name, where all scores are one. */
  belowMember(member: string, isOpen: boolean): number {
    return this.#ranked.count((_, other) => (isOpen ? other <= member : other < member));
  }
}
