/** A line for the person at the terminal: what is being done now. */
export function say(line) {
  process.stdout.write(`· ${line}\n`);
}

/** A reason not to go on: shown as one sentence, without a stack. */
export class Refusal extends Error {}

export const secondsSince = (startMs) => `${((Date.now() - startMs) / 1000).toFixed(1)} s`;
