/** Takes as long for a wrong password as for the right one, as far as their lengths are equal. */
export function isRightPassword(wanted: string, said: Buffer | undefined): boolean {
  const right = Buffer.from(wanted, "latin1");
  if (!said || said.length !== right.length) return false;
  let difference = 0;
  for (let at = 0; at < right.length; at++) difference |= (right[at] ?? 0) ^ (said[at] ?? 0);
  return difference === 0;
}
