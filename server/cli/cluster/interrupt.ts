import { canPause, type Operation } from "@/lib/operation";
import { cliOutput } from "@/lib/words/en/cli-output";
import type { Desk } from "../desk/desk";
import type { Out } from "../tell/out";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

export type Interrupts = {
  /** What there is to park, and how far it is. */
  watch(operation: Operation): void;
  end(): void;
};

/**
 * Ctrl-C while an operation begins or runs. The first one parks it where nothing is open, and who follows it sees it come
 * to rest; the second one says what is left as it is, and ends at once: the journal knows.
 */
export function onInterrupt(desk: Desk, out: Out, resume: string): Interrupts {
  let latest: Operation | undefined;
  let asked = 0;
  let isParking = false;
  const park = () => {
    if (!latest || isParking || asked === 0) return;
    if (!canPause(latest.state)) return;
    isParking = true;
    desk.act(latest.id, "pause").catch((error: unknown) => {
      isParking = false;
      out.note(error instanceof Error ? error.message : String(error));
    });
  };
  const onSignal = () => {
    asked++;
    if (asked > 1) {
      const open = latest?.openSlots.map(({ slot }) => String(slot)) ?? [];
      out.note(latest ? cliOutput.run.left({ id: latest.id, open, resume }) : cliOutput.run.leftUnknown({ resume }));
      process.exit(1);
    }
    const isSoon = !latest || canPause(latest.state);
    out.note(isSoon ? cliOutput.run.parking() : cliOutput.run.cannotPark({ state: latest?.state ?? "" }));
    park();
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  return {
    watch: (operation) => {
      latest = operation;
      park();
    },
    end: () => {
      for (const signal of SIGNALS) process.off(signal, onSignal);
    },
  };
}
