/** What INFO counts; CONFIG RESETSTAT begins again. */
export class Stats {
  connections = 0;
  rejectedConnections = 0;
  commands = 0;
  inputBytes = 0;
  outputBytes = 0;
  expiredKeys = 0;
  hits = 0;
  misses = 0;
  errors = 0;
  reads = 0;
  writes = 0;
  peakBytes = 0;
  opsPerSecond = 0;
  inputKbps = 0;
  outputKbps = 0;
  readonly errorCounts = new Map<string, number>();
  #sampledMs = 0;
  #sampled = { commands: 0, inputBytes: 0, outputBytes: 0 };

  failed(line: string): void {
    this.errors++;
    const [kind = "ERR"] = line.split(" ", 1);
    if (this.errorCounts.size < 128 || this.errorCounts.has(kind))
      this.errorCounts.set(kind, (this.errorCounts.get(kind) ?? 0) + 1);
  }

  /** Rates of the time since the last sample, ms. */
  sample(monotonicMs: number): void {
    const seconds = (monotonicMs - this.#sampledMs) / 1000;
    if (seconds < 1) return;
    this.opsPerSecond = Math.round((this.commands - this.#sampled.commands) / seconds);
    this.inputKbps = (this.inputBytes - this.#sampled.inputBytes) / 1024 / seconds;
    this.outputKbps = (this.outputBytes - this.#sampled.outputBytes) / 1024 / seconds;
    this.#sampled = { commands: this.commands, inputBytes: this.inputBytes, outputBytes: this.outputBytes };
    this.#sampledMs = monotonicMs;
  }

  reset(): void {
    Object.assign(this, {
      connections: 0,
      rejectedConnections: 0,
      commands: 0,
      inputBytes: 0,
      outputBytes: 0,
      expiredKeys: 0,
    });
    Object.assign(this, { hits: 0, misses: 0, errors: 0, reads: 0, writes: 0, peakBytes: 0 });
    this.errorCounts.clear();
    this.#sampled = { commands: 0, inputBytes: 0, outputBytes: 0 };
  }
}
