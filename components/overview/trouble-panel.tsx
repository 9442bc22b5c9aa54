"use client";
import { ArrowRight, CircleX } from "lucide-react";
import Link from "next/link";
import { useState } from "react";
import { useNow } from "@/components/data/live-context";
import { useSession } from "@/components/data/queries";
import { useWords } from "@/components/data/words";
import { ManagedActDialog } from "@/components/nodes/managed-act-dialog";
import { Ribbon } from "@/components/shards/ribbon";
import { isPartly } from "@/components/shell/cluster-state";
import { cx } from "@/components/ui/cx";
import { formatEndpoint } from "@/lib/cluster/node";
import type { Topology } from "@/lib/cluster/topology";
import { formatAge, formatTime } from "@/lib/format";
import type { LostShard, Trouble, Way } from "@/lib/layout/ways-out";
import { roleAllows } from "@/lib/wire/access";
import type { ManagedNode } from "@/lib/wire/runtime";
import { wizardPath } from "@/lib/wire/wizard-link";
import { ribbonOf } from "./ribbon-of";
import { useShardLabels } from "./use-shard-labels";

type TroublePanelProps = {
  readonly topology: Topology;
  readonly trouble: Trouble | undefined;
  readonly managed: readonly ManagedNode[];
  /** Until the processes are known no way is shown: the one that loses least would push the others down. */
  readonly waysKnown: boolean;
};

/** What is broken, since when, what to click: in that order. */
export function TroublePanel({ topology, trouble, managed, waysKnown }: TroublePanelProps) {
  const words = useWords().overview.trouble;
  const labels = useShardLabels(topology.state);
  const nowMs = useNow(1000);
  const head = topology.state === "degraded" ? words.unsure : isPartly(topology) ? words.partly : words.down;
  return (
    <section className="rounded-panel border border-bad-line panel-bad p-3.5" aria-live="polite">
      <header className="flex items-center gap-2.5 text-125">
        <CircleX size={17} className="fill-bad text-bg1" aria-hidden />
        <span className="font-semibold text-bad">{head}</span>
        {trouble?.sinceMs !== undefined && (
          <span className="ml-auto text-ink2">
            {words.since(formatTime(trouble.sinceMs))},{" "}
            <b className="num font-semibold text-ink">{formatAge(nowMs - trouble.sinceMs)}</b>
          </span>
        )}
      </header>
      <h2 className="mt-1.5 text-28 font-semibold tracking-[-0.02em]">
        {topology.state === "degraded" && trouble ? words.maybe(trouble.slots) : headline(trouble, words)}
      </h2>
      <Ribbon className="mt-2.5" shards={ribbonOf(topology)} height={34} labels={labels} />
      <div className="mt-3 flex flex-col gap-1 text-13 text-ink2 max-md:text-15">
        {!trouble && <p>{words.refusingText}</p>}
        {trouble?.shards.slice(0, 4).map((shard) => (
          <p key={shard.index}>
            <Story shard={shard} />
          </p>
        ))}
      </div>
      {trouble?.shards.slice(0, waysKnown ? 3 : 0).map((shard, i) => (
        <Ways key={shard.index} {...{ shard, topology, managed }} first={i === 0} />
      ))}
    </section>
  );
}

function headline(trouble: Trouble | undefined, words: ReturnType<typeof useWords>["overview"]["trouble"]): string {
  if (!trouble) return words.refusing;
  return trouble.slots === trouble.unowned && trouble.unowned > 0
    ? words.unowned(trouble.unowned)
    : words.headline(trouble.slots);
}

function Story({ shard }: { readonly shard: LostShard }) {
  const words = useWords().overview.trouble;
  const silent = shard.primary?.answer.kind !== "answered";
  const rest =
    shard.heirs.length > 0
      ? words.heirs(shard.heirs.length)
      : shard.replicas > 0
        ? words.replicasSilent(shard.replicas)
        : words.noReplica;
  return (
    <>
      <span className="text-ink">{(silent ? words.shard : words.failed)(shard.index, shard.address)}</span> {rest}
    </>
  );
}

type WaysProps = {
  readonly shard: LostShard;
  readonly topology: Topology;
  readonly managed: readonly ManagedNode[];
  readonly first: boolean;
};

function Ways({ shard, topology, managed, first }: WaysProps) {
  const words = useWords().overview.trouble;
  const { data: session } = useSession();
  const mayAct = session !== undefined && roleAllows(session.role, "operator");
  return (
    <div className="mt-3 flex flex-col gap-2">
      {shard.waitUntilMs !== undefined && (
        <p className="rounded-control border border-line2 bg-bg2 px-3.5 py-2.5 text-13 text-ink">
          {words.wait(formatTime(shard.waitUntilMs))}
        </p>
      )}
      {shard.ways.length === 0 && <p className="text-13 text-ink2">{words.noWay}</p>}
      {mayAct && shard.ways.length > 0 && (
        <>
          <div className="grid gap-2 md:grid-cols-[repeat(auto-fit,minmax(280px,1fr))]">
            {shard.ways.map((way, i) => (
              <WayButton
                key={way.node.id}
                {...{ way, topology, managed }}
                primary={first && i === 0 && shard.waitUntilMs === undefined}
              />
            ))}
          </div>
          <p className="text-12 text-ink2">{words.planFirst}</p>
        </>
      )}
    </div>
  );
}

type WayButtonProps = Pick<WaysProps, "topology" | "managed"> & { readonly way: Way; readonly primary: boolean };

function WayButton({ way, topology, managed, primary }: WayButtonProps) {
  const words = useWords().overview.trouble;
  const [asking, setAsking] = useState(false);
  const address = formatEndpoint(way.node.endpoint);
  const look = cx(
    "flex min-h-[56px] w-full items-center gap-3 rounded-panel border px-3.5 py-2 text-left transition-[background-color,filter]",
    primary
      ? "border-transparent bg-accent text-on-accent hover:brightness-105"
      : "border-line2 bg-bg2 text-ink hover:bg-bg3",
  );
  const loses = cx("block text-12", primary ? "opacity-80" : way.kind === "start" ? "text-ok" : "text-warn");
  if (way.kind === "failover")
    return (
      <Link href={wizardPath(topology.clusterId, way.draft)} className={look}>
        <span className="min-w-0 flex-1">
          <b className="block text-15 font-semibold">{words.failover(address)}</b>
          <span className={loses}>
            {way.lagBytes === undefined ? words.failoverLosesUnknown : words.failoverLosesKnown(way.lagBytes)}
          </span>
        </span>
        <ArrowRight size={16} strokeWidth={1.8} className="shrink-0" aria-hidden />
      </Link>
    );
  const node = managed.find((one) => one.id === way.managedId);
  return (
    <>
      <button type="button" className={look} onClick={() => setAsking(true)}>
        <span className="min-w-0 flex-1">
          <b className="block text-15 font-semibold">{words.start(address)}</b>
          <span className={loses}>{words.startLoses}</span>
        </span>
        <ArrowRight size={16} strokeWidth={1.8} className="shrink-0" aria-hidden />
      </button>
      {node && <ManagedActDialog node={node} action={asking ? "start" : undefined} onClose={() => setAsking(false)} />}
    </>
  );
}
