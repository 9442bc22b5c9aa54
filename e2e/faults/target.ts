/**
 * A target of reliability: a figure that rounds of one and the same fault must keep to. A session holds what its rounds
 * share, servers above all; a round that is not clean ends it, and the next one begins with fresh servers.
 */
export type Target = {
  /** R1 and so on. */
  readonly name: string;
  /** What is asked of the product, in a sentence. */
  readonly what: string;
  /** Where none is asked for. */
  readonly rounds: number;
  /** Why it cannot run here; undefined: it can. */
  readonly missing?: (kit: Kit) => Promise<string | undefined>;
  readonly open: (kit: Kit) => Promise<Session>;
};

export type Kit = {
  readonly root: string;
  /** Path of the server. */
  readonly engine: string;
  /** Client ports from here on are this target's: the nodes', and a hundred above them their doors'. */
  readonly port: number;
  readonly random: () => number;
  /** Whether times are judged: not beside other work on a small machine. */
  readonly timed: boolean;
  /** R2: only these verbs. */
  readonly verbs?: readonly string[] | undefined;
  /** Files of servers, journals, what was said: kept when a round is not clean. */
  readonly folder: string;
};

export type Session = {
  /** undefined: there is nothing more to try. */
  round(): Promise<Outcome | undefined>;
  close(): Promise<void>;
};

export type Outcome = {
  /** Acknowledged and replicated keys that are gone or older than they were. */
  readonly lost: number;
  /** Slots that are left open. */
  readonly open: number;
  /** Anything else that is not as the target has it. */
  readonly wrong: number;
  /** What was measured; numbers are told as median and most. */
  readonly figures?: Readonly<Record<string, number>>;
  /** Sentences for whoever looks at it. */
  readonly trouble?: readonly string[];
};

export const clean: Outcome = { lost: 0, open: 0, wrong: 0 };

export const isClean = ({ lost, open, wrong }: Outcome): boolean => lost === 0 && open === 0 && wrong === 0;

/** Several looks at one round, as one. */
export function sumOf(outcomes: readonly Outcome[]): Outcome {
  const sum = (of: (one: Outcome) => number) => outcomes.reduce((total, one) => total + of(one), 0);
  return {
    lost: sum((one) => one.lost),
    open: sum((one) => one.open),
    wrong: sum((one) => one.wrong),
    figures: Object.assign({}, ...outcomes.map((one) => one.figures ?? {})),
    trouble: outcomes.flatMap((one) => one.trouble ?? []),
  };
}

/** A round that is wrong in this one way. */
export const wrongly = (trouble: string): Outcome => ({ ...clean, wrong: 1, trouble: [trouble] });

export function whole(random: () => number, least: number, most: number): number {
  return least + Math.floor(random() * (most - least + 1));
}
