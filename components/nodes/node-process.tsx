"use client";
import { useEffect, useRef, useState } from "react";
import { useManagedLog, useSession } from "@/components/data/queries";
import { useWords } from "@/components/data/words";
import { Button } from "@/components/ui/button";
import { CopyButton } from "@/components/ui/copy-button";
import { Panel } from "@/components/ui/panel";
import { formatAge, formatBytes, formatDateTime } from "@/lib/format";
import { roleAllows } from "@/lib/wire/access";
import type { ManagedAction, ManagedNode } from "@/lib/wire/runtime";
import { Fact, Facts } from "./facts";
import { ManagedActDialog } from "./managed-act-dialog";
import { actsOf } from "./node-actions";
import type { NodeRow } from "./node-rows";
import { tellApart } from "./process-state";

const LINES = 200;

export function NodeProcess({ row }: { readonly row: NodeRow }) {
  const words = useWords().nodes;
  const { managed } = row;
  if (!managed) return <p className="max-w-[70ch] py-4 text-13 text-ink2">{words.page.unmanaged}</p>;
  return (
    <div className="grid gap-3 lg:grid-cols-[340px_minmax(0,1fr)]">
      <Process row={row} managed={managed} />
      <Log managed={managed} />
    </div>
  );
}

type ProcessProps = { readonly row: NodeRow; readonly managed: ManagedNode };

function Process({ row, managed }: ProcessProps) {
  const words = useWords().nodes;
  const { data: session } = useSession();
  const [acting, setActing] = useState<ManagedAction>();
  const { process } = managed;
  const mayAct = session !== undefined && roleAllows(session.role, "operator");
  return (
    <Panel title={words.page.process} className="self-start">
      <p className="mb-3 text-125 text-ink2">{tellApart(row, words.told)}</p>
      <Facts>
        {process.state === "running" && (
          <>
            <Fact name={words.act.pid}>
              <span className="font-mono text-12">{process.pid}</span>
            </Fact>
            <Fact name={words.page.started}>
              <span className="num">{formatDateTime(process.startedMs)}</span>
            </Fact>
            <Fact name={words.page.uptime}>
              <span className="num">{formatAge(process.uptimeSec * 1000)}</span>
            </Fact>
            <Fact name={words.page.rss}>
              <span className="num">{formatBytes(process.rssBytes)}</span>
            </Fact>
          </>
        )}
        {process.state === "foreign" && <Fact name={words.process.foreign}>{process.text}</Fact>}
        <Fact name={words.page.engine}>
          {managed.engine.kind} {managed.engine.version}
        </Fact>
        <Fact name={words.act.folder}>
          <span className="font-mono text-11">{managed.folder}</span>
        </Fact>
      </Facts>
      {mayAct && (
        <div className="mt-3.5 flex flex-wrap gap-2">
          {actsOf(process.state).map((action) => (
            <Button
              key={action}
              size="sm"
              tone={action === "kill" ? "danger" : "default"}
              onClick={() => setActing(action)}
            >
              {words.actions[action]}
            </Button>
          ))}
        </div>
      )}
      <ManagedActDialog
        node={managed}
        action={acting}
        onClose={() => setActing(undefined)}
        {...(row.member ? { member: row.member } : {})}
        {...(row.shard ? { shard: row.shard } : {})}
      />
    </Panel>
  );
}

/** Follows the end of the log, unless the reader has scrolled up. */
function Log({ managed }: { readonly managed: ManagedNode }) {
  const words = useWords();
  const mine = words.nodes.page;
  const { data } = useManagedLog(managed.id, { lines: LINES, enabled: true });
  const box = useRef<HTMLPreElement>(null);
  const follows = useRef(true);
  const text = data?.lines.join("\n") ?? "";
  // biome-ignore lint/correctness/useExhaustiveDependencies: each new text moves the end
  useEffect(() => {
    const element = box.current;
    if (element && follows.current) element.scrollTop = element.scrollHeight;
  }, [text]);
  return (
    <Panel
      title={mine.log}
      aside={
        <span className="flex items-center gap-3">
          {mine.logLines(LINES)}
          <CopyButton text={text} label={words.shell.copy} copiedLabel={words.shell.copied} />
        </span>
      }
    >
      {data?.lines.length === 0 ? (
        <p className="text-13 text-ink3">{mine.logEmpty}</p>
      ) : (
        <pre
          ref={box}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
          tabIndex={0}
          onScroll={({ currentTarget: el }) => {
            follows.current = el.scrollHeight - el.scrollTop - el.clientHeight < 24;
          }}
          className="h-[52dvh] overflow-auto whitespace-pre rounded-control bg-well p-2.5 text-11 leading-[18px] text-ink2"
        >
          {text}
        </pre>
      )}
    </Panel>
  );
}
