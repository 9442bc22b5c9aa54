/** A reply as redis-cli writes it, without escape sequences or other control characters but line ends. */
export function replyText(reply: unknown, indent = ""): string {
  if (reply === null || reply === undefined) return "(nil)";
  if (typeof reply === "number" || typeof reply === "bigint") return `(integer) ${reply}`;
  if (!Array.isArray(reply)) return clean(Buffer.isBuffer(reply) ? reply.toString("utf8") : String(reply));
  if (reply.length === 0) return "(empty array)";
  const width = String(reply.length).length;
  const deeper = `${indent}${" ".repeat(width + 2)}`;
  return reply
    .map((item, i) => `${i === 0 ? "" : indent}${String(i + 1).padStart(width)}) ${replyText(item, deeper)}`)
    .join("\n");
}

const clean = (text: string): string =>
  text.replaceAll("\r\n", "\n").replaceAll(/\p{Cc}/gu, (char) => (char === "\n" || char === "\t" ? char : "·"));
