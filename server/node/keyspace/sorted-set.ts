export type Scored = { readonly member: string; readonly score: number };

/** Members by score, then by bytes; a member's score in constant time, a rank or a range in logarithmic. */
export interface SortedSet {
  readonly size: number;
  score(member: string): number | undefined;
  /** Whether the member is new. */
  add(member: string, score: number): boolean;
  remove(member: string): boolean;
  /** From 0, ascending; undefined: no member. */
  rank(member: string): number | undefined;
  at(rank: number): Scored | undefined;
  /** Ascending from `first` to `last`, both among them, by rank. */
  slice(first: number, last: number): Iterable<Scored>;
  /** How many come before the first that is at or above the bound (`isOpen`: above it). */
  below(score: number, isOpen: boolean): number;
  belowMember(member: string, isOpen: boolean): number;
}
