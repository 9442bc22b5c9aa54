/** Joins class names; what is false or absent falls out. */
export function cx(...parts: readonly (string | false | undefined)[]): string {
  return parts.filter(Boolean).join(" ");
}
