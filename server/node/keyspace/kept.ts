/**
 * What a command may keep of an argument: arguments are views of what came from a socket, and a small one would hold all of
 * that in memory for as long as it lives.
 */
export const kept = (bytes: Buffer): Buffer =>
  bytes.length * 2 >= bytes.buffer.byteLength ? bytes : Buffer.from(bytes);
