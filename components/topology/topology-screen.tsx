"use client";
import { useRouter } from "next/navigation";
import { type PointerEvent, useState } from "react";
import { useNow } from "@/components/data/live-context";
import { useCluster, useManagedNodes, useSession, useTimeline } from "@/components/data/queries";
import { useWords } from "@/components/data/words";
import { EmptyState } from "@/components/ui/empty-state";
import { useWidth } from "@/components/ui/use-width";
import { failoverOf } from "@/lib/cluster/failover";
import { type ClusterId, formatEndpoint } from "@/lib/cluster/node";
import type { Topology, TopologyNode } from "@/lib/cluster/topology";
import { type Carried, gestureOf } from "@/lib/layout/gestures";
import { type Grouping, rowsOf } from "@/lib/layout/topology-rows";
import { roleAllows } from "@/lib/wire/access";
import type { ManagedNode } from "@/lib/wire/runtime";
import { wizardPath } from "@/lib/wire/wizard-link";
import { DragGhost } from "./drag-ghost";
import { PrepareButton } from "./prepare-button";
import { TopologyAside } from "./topology-aside";
import { TopologyDrawing } from "./topology-drawing";
import { TopologyTable } from "./topology-table";
import { type TopologyForm, TopologyToolbar } from "./topology-toolbar";
import { useNodeDrag } from "./use-node-drag";
import { isJoinable, WaitingNodes } from "./waiting-nodes";

/** Below this width a drawing with columns cannot be read; the table says the same. */
const DRAWING_MIN = 640;

export function TopologyScreen({ clusterId }: { readonly clusterId: ClusterId }) {
  const words = useWords().topology;
  const { data } = useCluster(clusterId);
  if (!data?.topology) return <EmptyState title={words.loading} />;
  return <Picture topology={data.topology} busy={data.summary.operation !== undefined} />;
}

function Picture({ topology, busy }: { readonly topology: Topology; readonly busy: boolean }) {
  const router = useRouter();
  const nowMs = useNow();
  const session = useSession();
  const timeline = useTimeline(topology.clusterId);
  const waiting = useWaiting(topology);
  const [ref, width] = useWidth<HTMLDivElement>();
  const [chosen, setForm] = useState<TopologyForm>();
  const [grouping, setGrouping] = useState<Grouping>("host");
  const [selected, setSelected] = useState<string>();
  const mayOperate = session.data ? roleAllows(session.data.role, "operator") : false;
  const form = chosen ?? (width > 0 && width < DRAWING_MIN ? "table" : "drawing");
  const rows = rowsOf(topology);
  const { drag, start } = useNodeDrag({
    judge: (carried, target) => gestureOf(carried, target, { topology, mayOperate, busy }),
    onDrop: ({ draft }) => router.push(wizardPath(topology.clusterId, draft)),
  });
  const startMember = (event: PointerEvent<HTMLElement>, node: TopologyNode) =>
    start(event, { kind: "member", nodeId: node.id }, formatEndpoint(node.endpoint));
  const startWaiting = (event: PointerEvent<HTMLElement>, node: ManagedNode) =>
    start(event, carriedOf(node), formatEndpoint(node.endpoint));

  return (
    <div className="grid min-h-full grid-rows-[auto_auto_auto] md:grid-cols-[minmax(0,1fr)_20rem] md:grid-rows-[minmax(0,1fr)_auto]">
      <div className="flex min-w-0 flex-col">
        <TopologyToolbar form={form} onForm={setForm} grouping={grouping} onGrouping={setGrouping} />
        <div ref={ref} className="min-h-0 flex-1 overflow-auto px-4 pb-4">
          {width > 0 && form === "drawing" && (
            <TopologyDrawing
              topology={topology}
              rows={rows}
              grouping={grouping}
              width={width - 36}
              nowMs={nowMs}
              selected={selected}
              onSelect={setSelected}
              drag={drag}
              onDragStart={startMember}
            />
          )}
          {form === "table" && (
            <TopologyTable
              topology={topology}
              rows={rows}
              grouping={grouping}
              nowMs={nowMs}
              selected={selected}
              onSelect={setSelected}
            />
          )}
        </div>
      </div>
      <TopologyAside
        topology={topology}
        failover={failoverOf(topology, timeline.data ?? [], nowMs)}
        selected={topology.nodes.find((node) => node.id === selected)}
        rows={rows}
        nowMs={nowMs}
        mayOperate={mayOperate}
        onClear={() => setSelected(undefined)}
      />
      <WaitingNodes
        nodes={waiting}
        drag={drag}
        onDragStart={startWaiting}
        onOpen={(node) =>
          router.push(
            wizardPath(topology.clusterId, { verb: "add-node", node: { managedId: node.id }, role: "primary" }),
          )
        }
        action={session.data && roleAllows(session.data.role, "admin") ? <PrepareButton /> : undefined}
      />
      {drag && <DragGhost drag={drag} />}
    </div>
  );
}

const carriedOf = (node: ManagedNode): Carried => ({ kind: "waiting", managedId: node.id, joinable: isJoinable(node) });

/** Processes of ours that are in no cluster. One that this cluster lists is a member, whatever its record says. */
function useWaiting(topology: Topology): readonly ManagedNode[] {
  const managed = useManagedNodes();
  const members = new Set<string>(topology.nodes.map((node) => node.id));
  return (managed.data ?? []).filter((node) => !node.clusterId && !(node.nodeId && members.has(node.nodeId)));
}
