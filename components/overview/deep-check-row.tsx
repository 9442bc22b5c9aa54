"use client";
import { sentenceOf } from "@/components/data/api";
import { useNow } from "@/components/data/live-context";
import { keys, useCall, useLastCheck } from "@/components/data/queries";
import { useWords } from "@/components/data/words";
import { Button } from "@/components/ui/button";
import type { ClusterId } from "@/lib/cluster/node";
import { formatAge, formatCount } from "@/lib/format";
import type { DeepCheck } from "@/lib/wire/check";

/** The heartbeat does not count keys: whether some lie where nobody reads them is told by a check that somebody asks for. */
export function DeepCheckRow({ clusterId }: { readonly clusterId: ClusterId }) {
  const words = useWords().overview.findings.deep;
  const { data } = useLastCheck(clusterId);
  const nowMs = useNow(1000);
  const count = useCall("check.run", (client, check) => client.setQueryData(keys.lastCheck(clusterId), { check }));
  const said = count.error ? sentenceOf(count.error) : data?.check ? told(data.check, words) : words.never;
  return (
    <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 border-t border-line1 px-3.5 py-2.5 text-12 text-ink2">
      <p role="status" className="min-w-0 flex-1">
        {said}{" "}
        {data?.check && !count.error && (
          <span className="num text-ink3">{words.ago(formatAge(Math.max(0, nowMs - data.check.atMs)))}</span>
        )}
      </p>
      <Button size="sm" busy={count.isPending} onClick={() => count.mutate({ params: { clusterId } })}>
        {words.count}
      </Button>
    </div>
  );
}

function told(
  { notCounted, troubles, topology }: DeepCheck,
  words: ReturnType<typeof useWords>["overview"]["findings"]["deep"],
): string {
  if (notCounted.length > 0) return words.partly(formatCount(notCounted.length));
  const strayed = troubles.filter(({ kind }) => kind === "strayed").length;
  const primaries = topology.nodes.filter((node) => node.role === "primary" && node.answer.kind === "answered").length;
  return strayed > 0 ? words.hidden : words.clean(formatCount(primaries));
}
