"use client";
import { Check } from "lucide-react";
import Link from "next/link";
import { useWords } from "@/components/data/words";
import { buttonClass } from "@/components/ui/button";
import { cx } from "@/components/ui/cx";
import type { Failover, FailoverStep } from "@/lib/cluster/failover";
import { formatEndpoint } from "@/lib/cluster/node";
import type { Topology } from "@/lib/cluster/topology";
import { formatMs, formatTimeMs, UNKNOWN } from "@/lib/format";
import { isDown } from "@/lib/layout/topology-rows";

type FailoverAnatomyProps = { readonly failover: Failover; readonly topology: Topology };

/** What happened, step by step, with the time at which the console saw each; what was not seen has no time. */
export function FailoverAnatomy({ failover, topology }: FailoverAnatomyProps) {
  const words = useWords().topology.failover;
  const address = (id: string | undefined) => {
    const node = topology.nodes.find((n) => n.id === id);
    return node ? formatEndpoint(node.endpoint) : undefined;
  };
  const lastSeen = failover.steps.findLastIndex((step) => step.atMs !== undefined);
  return (
    <section aria-label={words.title(failover.shardIndex)}>
      <header className="mb-3 flex items-baseline justify-between gap-3">
        <h2 className="font-semibold text-13 text-ink">{words.title(failover.shardIndex)}</h2>
        <span className="num text-12 text-ink3">{words.since(formatTimeMs(failover.startedMs))}</span>
      </header>
      <ol>
        {failover.steps.map((step, i) => (
          <Step
            key={step.code}
            step={step}
            missed={i < lastSeen && step.atMs === undefined}
            current={i === lastSeen + 1}
            last={i === failover.steps.length - 1}
            detail={
              step.code === "promoted"
                ? address(failover.newPrimary)
                : step.code === "returned"
                  ? address(failover.oldPrimary)
                  : undefined
            }
          />
        ))}
      </ol>
      <p className="mt-2 text-11 text-ink3">{words.uncertainty}</p>
      {!failover.ended && <WhatNow failover={failover} topology={topology} />}
    </section>
  );
}

/** "Nothing to click yet" is an answer; so is which node to start. */
function WhatNow({ failover, topology }: FailoverAnatomyProps) {
  const words = useWords().topology.failover;
  const shard = topology.shards.find((s) => s.index === failover.shardIndex);
  const canElect = topology.nodes.some((node) => shard?.replicaIds.includes(node.id) && !isDown(node));
  const [head, text] =
    failover.newPrimary !== undefined
      ? [words.bringBack, words.bringBackHint]
      : canElect
        ? [words.nothingToClick, words.waitsForVote]
        : [words.nobodyToElect, words.startOne];
  const waits = failover.newPrimary === undefined && canElect;
  return (
    <div className="mt-3 rounded-panel border border-line2 bg-bg2 px-3.5 py-3">
      <p className="text-125 text-ink2">
        <span className="font-semibold text-ink">{head}</span> {text}
      </p>
      {!waits && (
        <Link href={`/clusters/${topology.clusterId}/nodes`} className={cx(buttonClass({ size: "sm" }), "mt-2.5")}>
          {words.toNodes}
        </Link>
      )}
    </div>
  );
}

type StepProps = {
  readonly step: FailoverStep;
  readonly current: boolean;
  /** A later step was seen and this one was not: it went by between two looks. */
  readonly missed: boolean;
  readonly last: boolean;
  readonly detail: string | undefined;
};

function Step({ step, current, missed, last, detail }: StepProps) {
  const words = useWords().topology.failover;
  const seen = step.atMs !== undefined;
  return (
    <li className="relative flex gap-3 pb-3.5">
      {!last && (
        <span aria-hidden className={cx("absolute top-5 bottom-0 left-[9px] w-px", seen ? "bg-ok-line" : "bg-line2")} />
      )}
      <span
        className={cx(
          "z-1 grid size-[19px] shrink-0 place-items-center rounded-full border-[1.5px]",
          seen ? "border-ok text-ok" : current ? "border-info" : "border-line3 border-dashed",
        )}
      >
        {seen ? (
          <Check size={11} strokeWidth={2.6} aria-hidden />
        ) : (
          current && <span className="size-1.5 animate-breathe rounded-full bg-info" />
        )}
      </span>
      <div className="num flex min-w-0 flex-1 items-baseline justify-between gap-3">
        <div className="min-w-0">
          <p className={cx("text-125", seen ? "font-semibold text-ink" : "text-ink3")}>{words.steps[step.code]}</p>
          {detail && <p className="truncate font-mono text-12 text-ink3">{detail}</p>}
        </div>
        <div className="shrink-0 text-right text-12">
          <p className={seen ? "font-semibold text-ink" : "text-ink3"}>
            {step.sinceStartMs === undefined ? (missed ? words.notSeen : UNKNOWN) : formatMs(step.sinceStartMs)}
          </p>
          {step.sincePreviousMs !== undefined && step.sincePreviousMs > 0 && (
            <p className="text-ink3">+{formatMs(step.sincePreviousMs)}</p>
          )}
        </div>
      </div>
    </li>
  );
}
