/** Major and minor number decide what an engine can read of another. */
export function isNewer(a: string, b: string): boolean {
  const [majorA = 0, minorA = 0] = a.split(".").map(Number);
  const [majorB = 0, minorB = 0] = b.split(".").map(Number);
  return majorA !== majorB ? majorA > majorB : minorA > minorB;
}
