"use client";
import { CloudOff } from "lucide-react";
import type { ReactNode } from "react";
import { useFreshness } from "@/components/data/live-context";
import { useWords } from "@/components/data/words";
import { formatAge } from "@/lib/format";
import { useClusterId } from "./use-cluster-id";

const STALE_AFTER_MS = 5000;

/**
 * A picture that is no longer renewed must not look like health: everything that came from it is dimmed and loses its
 * colour, and a strip says how old it is. `stale-dim` marks what came from it.
 */
export function StaleGuard({ children }: { readonly children: ReactNode }) {
  const id = useClusterId();
  const fresh = useFreshness(id);
  const ageMs = "ageMs" in fresh ? fresh.ageMs : undefined;
  const stale = fresh.kind !== "live" && ageMs !== undefined && ageMs > STALE_AFTER_MS;
  return (
    <div data-stale={stale} className="group/stale contents">
      {children}
      {stale && <Strip lost={fresh.kind === "lost"} ageMs={ageMs} />}
    </div>
  );
}

function Strip({ lost, ageMs }: { readonly lost: boolean; readonly ageMs: number }) {
  const words = useWords().shell.stale;
  return (
    <p
      role="status"
      className="panel-warn absolute left-1/2 top-[60px] z-30 flex max-w-[92vw] -translate-x-1/2 items-center gap-2.5 rounded-panel border border-warn-line px-3.5 py-2 text-13 text-ink shadow-float max-md:top-[68px] max-md:w-[92vw]"
    >
      <CloudOff size={15} strokeWidth={1.8} className="shrink-0 text-warn" aria-hidden />
      <span className="num">{(lost ? words.lost : words.quiet)(formatAge(ageMs))}</span>
    </p>
  );
}
