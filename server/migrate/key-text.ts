/** A key as a person reads it: text where it is text, `\x00` for every other byte, cut after 120 characters. */
export function keyText(key: Buffer): string {
  const text = key.toString("utf8");
  const isText = Buffer.from(text, "utf8").equals(key) && !/[\p{C}\p{Zl}\p{Zp}]/u.test(text);
  const shown = isText ? text : key.toString("latin1").replace(/[^\x21-\x5b\x5d-\x7e ]/g, hex);
  return shown.length > 120 ? `${shown.slice(0, 120)}…` : shown;
}

const hex = (char: string) => `\\x${char.charCodeAt(0).toString(16).padStart(2, "0")}`;
