/** What `text` was walked for, of all patterns of one call: a hostile pattern ends here and matches nothing. */
const MAX_STEPS = 1_000_000;

/** As redis matches: `*`, `?`, `[a-z]`, `[^a]`, backslash. Without recursion: only the last star is gone back to. */
export function matches(pattern: string, text: string, options?: { readonly ignoresCase: boolean }): boolean {
  if (options?.ignoresCase) return matches(pattern.toLowerCase(), text.toLowerCase());
  if (pattern === "*") return true;
  let at = 0;
  let place = 0;
  let star = -1;
  let starAt = 0;
  for (let steps = 0; steps < MAX_STEPS; steps++) {
    if (place < pattern.length && pattern[place] === "*") {
      star = ++place;
      starAt = at;
      if (star === pattern.length) return true;
      continue;
    }
    if (at >= text.length) return place >= pattern.length;
    const one = place < pattern.length ? matchOne(pattern, place, text.charCodeAt(at)) : undefined;
    if (one?.isMatch) {
      at++;
      place = one.next;
    } else if (star < 0) return false;
    else {
      place = star;
      at = ++starAt;
    }
  }
  return false;
}

function matchOne(pattern: string, at: number, code: number): { readonly isMatch: boolean; readonly next: number } {
  const char = pattern[at];
  if (char === "?") return { isMatch: true, next: at + 1 };
  if (char === "[") return matchClass(pattern, at + 1, code);
  const is = char === "\\" && at + 1 < pattern.length ? at + 1 : at;
  return { isMatch: pattern.charCodeAt(is) === code, next: is + 1 };
}

/** A class that does not close ends with the pattern. */
function matchClass(
  pattern: string,
  start: number,
  code: number,
): { readonly isMatch: boolean; readonly next: number } {
  const isNot = pattern[start] === "^";
  let at = isNot ? start + 1 : start;
  let isIn = false;
  for (; at < pattern.length && pattern[at] !== "]"; at++) {
    if (pattern[at] === "\\" && at + 1 < pattern.length) {
      at++;
      if (pattern.charCodeAt(at) === code) isIn = true;
    } else if (pattern[at + 1] === "-" && at + 2 < pattern.length) {
      const [from, to] = [pattern.charCodeAt(at), pattern.charCodeAt(at + 2)].sort((a, b) => a - b) as [number, number];
      if (code >= from && code <= to) isIn = true;
      at += 2;
    } else if (pattern.charCodeAt(at) === code) isIn = true;
  }
  return { isMatch: isIn !== isNot, next: at + 1 };
}
