/**
 * When this process itself was held up, timers run before the sockets are read: one more turn of the loop lets a reply
 * that lies there already win against the deadline.
 */
export async function withDeadline<T>(work: Promise<T>, ms: number, late: () => Error): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  let settled = false;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => setImmediate(() => settled || reject(late())), ms);
  });
  try {
    return await Promise.race([work, deadline]);
  } finally {
    settled = true;
    clearTimeout(timer);
    work.catch(() => {});
  }
}
