/**
 * `npm start` holds the console's standard input open for as long as it lives. Its end therefore means that the parent
 * is gone, however it went (SIGKILL included): the console then parks what it does and leaves; nodes go on running.
 * Without SHARDBOARD_SUPERVISOR_PID nobody watches over this console, and its standard input means nothing.
 */
export function onParentGone(leave: () => void): void {
  if (!process.env.SHARDBOARD_SUPERVISOR_PID) return;
  let left = false;
  const once = () => {
    if (!left) leave();
    left = true;
  };
  process.stdin.on("end", once).on("close", once).on("error", once);
  process.stdin.resume();
}
