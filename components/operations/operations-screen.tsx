"use client";
import { ArrowLeftRight } from "lucide-react";
import Link from "next/link";
import { useNow } from "@/components/data/live-context";
import { useOperations, useSession } from "@/components/data/queries";
import { useWords } from "@/components/data/words";
import { cx } from "@/components/ui/cx";
import { EmptyState } from "@/components/ui/empty-state";
import type { ClusterId } from "@/lib/cluster/node";
import { formatAge, formatCount, formatDateTime } from "@/lib/format";
import type { Operation } from "@/lib/operation";
import { roleAllows } from "@/lib/wire/access";
import { StateChip } from "./operation-state";
import { Starters } from "./starters";
import { movedOf } from "./use-speed";

export function OperationsScreen({ clusterId }: { readonly clusterId: ClusterId }) {
  const { operations: words } = useWords();
  const session = useSession();
  const { data } = useOperations(clusterId);
  const mayOperate = session.data ? roleAllows(session.data.role, "operator") : false;
  return (
    <div className="flex flex-col gap-4 p-4.5">
      {data?.length === 0 && (
        <EmptyState
          icon={<ArrowLeftRight size={28} strokeWidth={1.4} aria-hidden />}
          title={words.empty}
          text={words.emptyText}
        />
      )}
      {data && data.length > 0 && <List operations={data as readonly Operation[]} />}
      {mayOperate && <Starters clusterId={clusterId} />}
    </div>
  );
}

function List({ operations }: { readonly operations: readonly Operation[] }) {
  const words = useWords().operations.table;
  const nowMs = useNow();
  const heads = [
    words.operation,
    words.what,
    words.state,
    words.progress,
    words.open,
    words.by,
    words.started,
    words.took,
  ];
  return (
    <div className="max-h-[45vh] overflow-auto rounded-panel border border-line1 bg-bg1">
      <table className="num w-full text-left text-125">
        <thead>
          <tr className="text-11 text-ink3">
            {heads.map((head) => (
              <th key={head} scope="col" className="whitespace-nowrap px-3.5 py-2 font-medium">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {operations.map((operation) => (
            <Line key={operation.id} operation={operation} nowMs={nowMs} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Line({ operation, nowMs }: { readonly operation: Operation; readonly nowMs: number }) {
  const { operations, plans } = useWords();
  const { totals } = operation.plan;
  const done = operation.steps.filter((step) => step.state === "done").length;
  const took = operation.startedMs === undefined ? undefined : (operation.endedMs ?? nowMs) - operation.startedMs;
  return (
    <tr className="border-line1 border-t hover:bg-bg2">
      <td className="px-3.5 py-2">
        <Link
          href={`/clusters/${operation.clusterId}/operations/${operation.id}`}
          className="font-medium text-ink hover:underline"
        >
          {operations.operation(operation.id)}
        </Link>
      </td>
      <td className="px-3.5 py-2 text-ink2">{plans.verbs[operation.plan.verb]}</td>
      <td className="px-3.5 py-2">
        <StateChip state={operation.state} />
      </td>
      <td className="whitespace-nowrap px-3.5 py-2 text-ink2">
        {totals.slots > 0
          ? `${formatCount(movedOf(operation).slots)} ${operations.figures.ofSlots(formatCount(totals.slots))}`
          : `${done} ${operations.figures.ofSteps(operation.steps.length)}`}
      </td>
      <td className={cx("px-3.5 py-2", operation.openSlots.length > 0 ? "text-warn" : "text-ink3")}>
        {operation.openSlots.length}
      </td>
      <td className="px-3.5 py-2 text-ink2">{operation.startedBy}</td>
      <td className="whitespace-nowrap px-3.5 py-2 text-ink3">{formatDateTime(operation.createdMs)}</td>
      <td className="whitespace-nowrap px-3.5 py-2 text-ink3">{took === undefined ? "" : formatAge(took)}</td>
    </tr>
  );
}
