"use client";
import Link from "next/link";
import { sentenceOf } from "@/components/data/api";
import { useWords } from "@/components/data/words";
import { Button, buttonClass } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { OpsError } from "@/lib/errors";

type ClusterUnreadableProps = { readonly error: unknown; readonly onRetry: () => void };

/** Nothing was ever read of this cluster: what went wrong, and the way on. */
export function ClusterUnreadable({ error, onRetry }: ClusterUnreadableProps) {
  const words = useWords();
  const mine = words.overview;
  const gone = error instanceof OpsError && error.code === "not_found";
  return (
    <EmptyState
      title={mine.unreachable}
      text={gone ? `${sentenceOf(error)} ${mine.notFoundHint}` : sentenceOf(error)}
      className="min-h-[60dvh]"
    >
      {gone ? (
        <Link href="/clusters" className={buttonClass({ tone: "primary" })}>
          {words.shell.allClusters}
        </Link>
      ) : (
        <Button tone="primary" onClick={onRetry}>
          {mine.again}
        </Button>
      )}
    </EmptyState>
  );
}
