"use client";
import { useState } from "react";
import { useWords } from "@/components/data/words";
import { CopyButton } from "@/components/ui/copy-button";
import { cx } from "@/components/ui/cx";
import { Panel } from "@/components/ui/panel";
import { Skeleton } from "@/components/ui/skeleton";
import { formatTime } from "@/lib/format";
import type { NodePage } from "@/lib/wire/clusters";

type NodeInfoProps = { readonly page: NodePage | undefined; readonly stale: boolean };

/** INFO as it came, by section, with a filter. */
export function NodeInfo({ page, stale }: NodeInfoProps) {
  const words = useWords();
  const mine = words.nodes.page;
  const [typed, setTyped] = useState("");
  if (!page)
    return stale ? (
      <p className="py-6 text-13 text-ink3">{mine.notAnswering}</p>
    ) : (
      <Skeleton className="h-64 rounded-panel" />
    );
  const sections = sectionsOf(page.rawServerInfo, typed);
  return (
    <div className={cx("flex flex-col gap-3", stale && "opacity-60")}>
      <div className="flex items-center gap-3">
        <input
          aria-label={mine.filterInfo}
          placeholder={mine.filterInfo}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          className="h-8 w-64 rounded-control border border-line2 bg-well px-2.5 text-125 max-md:h-11 max-md:flex-1 max-md:text-[16px]"
        />
        <span className="num text-12 text-ink3">{mine.readAt(formatTime(page.atMs))}</span>
        <CopyButton
          className="ml-auto"
          text={page.rawServerInfo}
          label={words.shell.copy}
          copiedLabel={words.shell.copied}
        />
      </div>
      {sections.length === 0 && <p className="py-6 text-13 text-ink3">{mine.noInfo}</p>}
      <div className="gap-3 md:columns-2 xl:columns-3">
        {sections.map(({ title, lines }) => (
          <Panel key={title} title={title} className="mb-3 break-inside-avoid">
            <dl className="font-mono text-11 leading-[19px]">
              {lines.map(([name, value]) => (
                <div key={name} className="flex justify-between gap-4">
                  <dt className="text-ink3">{name}</dt>
                  <dd className="min-w-0 text-right text-ink [overflow-wrap:anywhere]">{value}</dd>
                </div>
              ))}
            </dl>
          </Panel>
        ))}
      </div>
    </div>
  );
}

type Section = { readonly title: string; readonly lines: readonly (readonly [string, string])[] };

function sectionsOf(raw: string, typed: string): readonly Section[] {
  const wanted = typed.trim().toLowerCase();
  const sections: { title: string; lines: (readonly [string, string])[] }[] = [];
  for (const line of raw.split(/\r?\n/)) {
    if (line.startsWith("#")) sections.push({ title: line.slice(1).trim(), lines: [] });
    const cut = line.indexOf(":");
    if (line.startsWith("#") || cut < 0 || !line.toLowerCase().includes(wanted)) continue;
    sections.at(-1)?.lines.push([line.slice(0, cut), line.slice(cut + 1)]);
  }
  return sections.filter((section) => section.lines.length > 0);
}
