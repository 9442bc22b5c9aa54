export type MemoryFacts = { readonly usedBytes: number; readonly residentBytes: number; readonly totalBytes: number };

/** What is known of the process that the core runs in, for INFO. */
export type HostFacts = {
  readonly processId: number;
  readonly os: string;
  readonly executable: string;
  /** Absolute; "": it was started without a file. */
  readonly configFile: string;
  readonly version: string;
  memory(): MemoryFacts;
  /** Seconds. */
  cpu(): { readonly user: number; readonly system: number };
  /** Ends as by this signal. */
  crash(): void;
  /** Nothing at all happens meanwhile. */
  sleep(ms: number): void;
};
