"use client";
import { GripVertical, Trash2 } from "lucide-react";
import type { PointerEvent, ReactNode } from "react";
import { useWords } from "@/components/data/words";
import { cx } from "@/components/ui/cx";
import { formatEndpoint } from "@/lib/cluster/node";
import type { ManagedNode } from "@/lib/wire/runtime";
import type { NodeDrag } from "./use-node-drag";

type WaitingNodesProps = {
  readonly nodes: readonly ManagedNode[];
  readonly drag: NodeDrag | undefined;
  readonly onDragStart: (event: PointerEvent<HTMLElement>, node: ManagedNode) => void;
  readonly onOpen: (node: ManagedNode) => void;
  readonly action: ReactNode;
};

export const isJoinable = (node: ManagedNode): boolean => node.process.state === "running";

/** The strip below the drawing: nodes that could join, free ground for a new shard, and the bin. */
export function WaitingNodes({ nodes, drag, onDragStart, onOpen, action }: WaitingNodesProps) {
  const words = useWords().topology;
  return (
    <section className="border-line1 border-t px-4 py-3" aria-label={words.waiting.title}>
      <header className="mb-2.5 flex flex-wrap items-center gap-x-3 gap-y-1">
        <h2 className="font-semibold text-13 text-ink">
          {words.waiting.title} <span className="num font-normal text-ink3">{nodes.length}</span>
        </h2>
        <p className="text-12 text-ink3">{nodes.length > 0 ? words.waiting.hint : words.waiting.empty}</p>
        <span className="ml-auto">{action}</span>
      </header>
      <div className="flex flex-wrap gap-2.5">
        {nodes.map((node) => (
          <WaitingCard key={node.id} node={node} onDragStart={onDragStart} onOpen={onOpen} />
        ))}
        {drag?.carried.kind === "waiting" && (
          <DropBox kind="free" title={words.free.title} hint={words.free.hint} drag={drag} />
        )}
        <DropBox
          kind="bin"
          title={words.bin.title}
          hint={words.bin.hint}
          drag={drag}
          icon={<Trash2 size={16} strokeWidth={1.6} aria-hidden />}
        />
      </div>
    </section>
  );
}

function WaitingCard({
  node,
  onDragStart,
  onOpen,
}: {
  readonly node: ManagedNode;
  readonly onDragStart: WaitingNodesProps["onDragStart"];
  readonly onOpen: WaitingNodesProps["onOpen"];
}) {
  const words = useWords().topology.waiting;
  const joinable = isJoinable(node);
  return (
    <button
      type="button"
      onClick={() => onOpen(node)}
      onPointerDown={(event) => onDragStart(event, node)}
      className="flex min-w-52 touch-none select-none items-center gap-3 rounded-panel border border-line3 border-dashed bg-bg1 px-3 py-2.5 text-left hover:bg-bg2"
    >
      <GripVertical size={14} className="shrink-0 text-ink4" aria-hidden />
      <span>
        <span className="block font-mono text-12 text-ink">
          {formatEndpoint(node.endpoint)} <span className="text-ink3">{node.name}</span>
        </span>
        <span className={cx("block text-12", joinable ? "text-ink3" : "text-warn")}>
          {joinable ? words.joinable : words.stopped}
        </span>
      </span>
    </button>
  );
}

type DropBoxProps = {
  readonly kind: "free" | "bin";
  readonly title: string;
  readonly hint: string;
  readonly drag: NodeDrag | undefined;
  readonly icon?: ReactNode;
};

function DropBox({ kind, title, hint, drag, icon }: DropBoxProps) {
  const over = drag?.over?.target.kind === kind ? drag.over : undefined;
  return (
    <div
      data-drop={kind}
      className={cx(
        "flex min-w-52 items-center gap-3 rounded-panel border border-dashed px-3 py-2.5",
        over
          ? over.gesture.allowed
            ? "border-accent-ink bg-accent-ground"
            : "hatch border-warn-line"
          : "border-line2",
      )}
    >
      {icon && <span className="text-ink3">{icon}</span>}
      <span>
        <span className="block font-medium text-12 text-ink">{title}</span>
        <span className="block text-12 text-ink3">{hint}</span>
      </span>
    </div>
  );
}
