"use client";
import { useNow } from "@/components/data/live-context";
import { useCluster, useSession } from "@/components/data/queries";
import { useWords } from "@/components/data/words";
import type { ClusterId } from "@/lib/cluster/node";
import { formatAge } from "@/lib/format";
import { FOOTER_NOTE_ID } from "./footer-note";
import { useClusterId } from "./use-cluster-id";

/** The status line: left what the screen says of itself, right what the console does. */
export function Footer() {
  const words = useWords().shell.footer;
  const id = useClusterId();
  const { data: session } = useSession();
  return (
    <footer className="flex h-[26px] items-center gap-6 border-t border-line1 bg-bg1 px-3.5 text-11 text-ink3 max-md:hidden">
      <div
        id={FOOTER_NOTE_ID}
        className="flex min-w-0 items-center gap-6 overflow-hidden whitespace-nowrap empty:hidden"
      />
      {id && <ClusterNote id={id} />}
      <span className="ml-auto flex shrink-0 gap-6">
        {id && <SweepAge id={id} />}
        {session && <span>{words.version(session.version)}</span>}
      </span>
    </footer>
  );
}

function ClusterNote({ id }: { readonly id: ClusterId }) {
  const words = useWords().shell.footer;
  const { data } = useCluster(id);
  if (!data?.topology) return null;
  const { answering, known } = data.topology.agreement;
  return (
    <span className="flex gap-6 whitespace-nowrap [:not(:empty)+&]:hidden">
      <span className={answering < known ? "text-warn" : undefined}>{words.members(known, answering)}</span>
      <span className="max-lg:hidden">{words.nodeTimeout(data.topology.nodeTimeoutMs)}</span>
    </span>
  );
}

function SweepAge({ id }: { readonly id: ClusterId }) {
  const words = useWords().shell.footer;
  const { data } = useCluster(id);
  const nowMs = useNow(1000);
  if (!data?.topology) return null;
  return (
    <>
      <span>{words.heartbeat}</span>
      <span className="num">{words.sweep(formatAge(nowMs - data.topology.atMs))}</span>
    </>
  );
}
