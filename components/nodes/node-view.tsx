"use client";
import type { ReactNode } from "react";
import { useWords } from "@/components/data/words";
import { CopyButton } from "@/components/ui/copy-button";
import { cx } from "@/components/ui/cx";
import { Panel } from "@/components/ui/panel";
import { Skeleton } from "@/components/ui/skeleton";
import type { NodeId } from "@/lib/cluster/node";
import { formatTime } from "@/lib/format";
import { readInfoLines, splitNodesLine } from "@/lib/layout/node-fields";
import type { NodePage } from "@/lib/wire/clusters";
import type { Words } from "@/lib/words/en";

type NodeViewProps = { readonly page: NodePage | undefined; readonly stale: boolean; readonly nodeId: NodeId };

/** What the node itself says, raw, with each field explained where it stands. */
export function NodeView({ page, stale, nodeId }: NodeViewProps) {
  const words = useWords();
  const mine = words.nodes.page;
  if (!page)
    return stale ? (
      <p className="py-6 text-13 text-ink3">{mine.notAnswering}</p>
    ) : (
      <Skeleton className="h-64 rounded-panel" />
    );
  const line = page.rawNodes.split("\n").find((text) => text.startsWith(nodeId) || text.includes("myself"));
  return (
    <div className={cx("grid gap-3 lg:grid-cols-2", stale && "opacity-60")}>
      <Panel flush title={mine.infoTitle} aside={<Aside at={page.atMs} text={page.rawInfo} words={words} />}>
        <ul>
          {readInfoLines(page.rawInfo).map(({ name, value, message }) => (
            <Row
              key={name}
              raw={
                <>
                  {name}:<b className="font-semibold text-ink">{value}</b>
                </>
              }
              means={
                message
                  ? words.nodes.fields.message(message.kind, message.direction)
                  : (words.nodes.fields.info[name] ?? words.nodes.fields.unknown)
              }
            />
          ))}
        </ul>
      </Panel>
      <div className="flex min-w-0 flex-col gap-3">
        <Panel flush title={mine.lineTitle} aside={line && <Aside at={page.atMs} text={line} words={words} />}>
          {line ? (
            <ul>
              {splitNodesLine(line).map(({ field, text }) => {
                const said = words.nodes.fields.line[field];
                return (
                  <Row
                    key={field}
                    raw={<b className="font-semibold text-ink">{text}</b>}
                    name={said.name}
                    means={said.means}
                  />
                );
              })}
            </ul>
          ) : (
            <p className="px-3.5 pb-3.5 text-13 text-ink2">{mine.noLine}</p>
          )}
        </Panel>
        <Panel title={mine.rawNodes} aside={<Aside at={page.atMs} text={page.rawNodes} words={words} />}>
          <pre
            // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
            tabIndex={0}
            className="max-h-80 overflow-auto rounded-control bg-well p-2.5 text-11 leading-[18px] text-ink2"
          >
            {page.rawNodes}
          </pre>
        </Panel>
      </div>
    </div>
  );
}

type AsideProps = { readonly at: number; readonly text: string; readonly words: Words };

function Aside({ at, text, words }: AsideProps) {
  return (
    <span className="flex items-center gap-3">
      <span className="num">{words.nodes.page.readAt(formatTime(at))}</span>
      <CopyButton text={text} label={words.shell.copy} copiedLabel={words.shell.copied} />
    </span>
  );
}

type RowProps = { readonly raw: ReactNode; readonly name?: string; readonly means: string };

function Row({ raw, name, means }: RowProps) {
  return (
    <li className="grid grid-cols-[minmax(0,1fr)_minmax(0,1.15fr)] gap-x-4 gap-y-0.5 border-t border-line1 px-3.5 py-2 max-md:grid-cols-1">
      <code className="text-11 leading-[18px] text-ink2 [overflow-wrap:anywhere]">{raw}</code>
      <p className="text-12 text-ink2">
        {name && <b className="mr-1.5 font-medium text-ink3">{name}</b>}
        {means}
      </p>
    </li>
  );
}
