/** A command as plans and transcripts write it: plain words as they are, others in quotes, as redis-cli prints them. */
export function commandWord(text: string): string {
  if (/^[\w.:@|/-]{1,64}$/.test(text)) return text;
  const bytes = new TextEncoder().encode(text);
  let out = "";
  for (const byte of bytes) {
    if (byte === 0x22 || byte === 0x5c) out += `\\${String.fromCharCode(byte)}`;
    else if (byte >= 0x20 && byte < 0x7f) out += String.fromCharCode(byte);
    else out += `\\x${byte.toString(16).padStart(2, "0")}`;
  }
  return `"${out}"`;
}

export const commandLine = ([name = "", ...args]: readonly string[]): string =>
  [name.toUpperCase(), ...args.map(commandWord)].join(" ");
