"use client";
import { useWords } from "@/components/data/words";
import { cx } from "@/components/ui/cx";
import type { Words } from "@/lib/words/en";
import type { NodeRow } from "./node-rows";

/** N6: process and membership together in one sentence. */
export function tellApart(
  { member, managed }: Pick<NodeRow, "member" | "managed">,
  words: Words["nodes"]["told"],
): string {
  if (!managed) return words.elsewhere;
  if (managed.process.state === "foreign") return words.foreign;
  if (managed.process.state === "running") return member ? words.upMember : words.upStranger;
  return member ? words.deadMember : words.deadStranger;
}

export function ProcessState({ row }: { readonly row: NodeRow }) {
  const words = useWords().nodes;
  const { managed, member } = row;
  const text = !managed
    ? words.process.unmanaged
    : managed.process.state === "running"
      ? words.process.running(managed.process.pid)
      : words.process[managed.process.state];
  const bad = managed !== undefined && managed.process.state !== "running" && member !== undefined;
  return (
    <span
      title={tellApart(row, words.told)}
      className={cx("num block truncate text-12", bad ? "text-bad" : managed ? "text-ink2" : "text-ink3")}
    >
      {text}
    </span>
  );
}
