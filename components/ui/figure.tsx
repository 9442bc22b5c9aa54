import type { ReactNode } from "react";
import { type Quantity, UNKNOWN } from "@/lib/format";
import { cx } from "./cx";

type FigureProps = {
  readonly label: ReactNode;
  /** Undefined: not known, drawn as such and never as 0. */
  readonly amount: Quantity | undefined;
  readonly second?: Quantity | undefined;
  /** It was read once and is old now. */
  readonly old?: boolean;
  /** A spark or a bar beside it. */
  readonly aside?: ReactNode;
  readonly className?: string;
};

/** A key figure with its label below. Stands in a `dl`. */
export function Figure({ label, amount, second, old, aside, className }: FigureProps) {
  return (
    <div className={cx("grid grid-cols-[auto_auto] content-center items-center justify-start gap-x-3.5", className)}>
      <dt className="col-start-1 row-start-2 whitespace-nowrap text-11 text-ink3">{label}</dt>
      <dd className="num col-start-1 row-start-1 whitespace-nowrap text-20 font-semibold tracking-[-0.01em]">
        {amount ? (
          <Amount {...amount} {...(old ? { old } : {})} />
        ) : (
          <span className="hatch inline-block rounded-chip px-3 text-ink3">{UNKNOWN}</span>
        )}
        {amount && second && (
          <>
            <span className="mx-1.5 font-normal text-ink4">/</span>
            <Amount {...second} {...(old ? { old } : {})} />
          </>
        )}
      </dd>
      {aside && <dd className="col-start-2 row-span-2 row-start-1">{aside}</dd>}
    </div>
  );
}

function Amount({ value, unit, old }: Quantity & { readonly old?: boolean }) {
  return (
    <>
      <span className={old ? "silent" : undefined}>{value}</span>
      {unit && <span className="ml-1 text-12 font-normal text-ink3">{unit}</span>}
    </>
  );
}
