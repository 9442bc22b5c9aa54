"use client";
import { useState } from "react";
import { pathOf } from "@/components/data/api";
import { useWords } from "@/components/data/words";
import { CopyButton } from "@/components/ui/copy-button";
import { Segmented } from "@/components/ui/segmented";
import { formatCount } from "@/lib/format";
import { curlOf, foldCommand } from "@/lib/layout/command-text";
import type { Plan } from "@/lib/plans/plan";

type Shown = "raw" | "commands";

/** Raw commands shown at once; all of them are copied. */
const RAW_SHOWN = 200;

/** What is sent to the nodes, to the letter; and how a script or redis-cli asks for the same. */
export function PlanCommands({ plan }: { readonly plan: Plan }) {
  const { shell, wizards } = useWords();
  const words = wizards.plan;
  const [shown, setShown] = useState<Shown>("raw");
  const { raw } = plan.commands;
  const redisCli = plan.commands.redisCli.map(foldCommand);
  const api = apiOf(plan);
  const text =
    shown === "raw" ? raw.join("\n") : [`# ${words.api}`, ...api, "", `# ${words.redisCli}`, ...redisCli].join("\n");
  return (
    <section className="flex min-h-0 flex-col gap-2.5">
      <header className="flex flex-wrap items-center justify-between gap-2">
        <h2 className="font-semibold text-13 text-ink">{words.commands}</h2>
        <Segmented<Shown>
          label={words.commands}
          value={shown}
          onChange={setShown}
          options={[
            { value: "raw", text: words.raw(raw.length) },
            { value: "commands", text: words.elsewhere },
          ]}
        />
      </header>
      {shown === "raw" ? (
        <Code caption={words.sent} lines={raw.slice(0, RAW_SHOWN)} more={raw.length - RAW_SHOWN} />
      ) : (
        <>
          <Code caption={words.api} lines={api} />
          {redisCli.length > 0 && <Code caption={words.redisCli} lines={redisCli} />}
        </>
      )}
      <CopyButton text={text} label={words.copyAll} copiedLabel={shell.copied} />
    </section>
  );
}

function apiOf(plan: Plan): readonly string[] {
  const path =
    plan.verb === "create" ? pathOf("creations.plan") : pathOf("plans.create", { clusterId: plan.clusterId });
  const origin = typeof window === "undefined" ? "" : window.location.origin;
  return curlOf(origin + path, plan.wish);
}

type CodeProps = { readonly caption: string; readonly lines: readonly string[]; readonly more?: number };

function Code({ caption, lines, more = 0 }: CodeProps) {
  return (
    <pre
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling block must be reachable by the keyboard
      tabIndex={0}
      className="max-h-80 overflow-auto whitespace-pre-wrap rounded-panel border border-line1 bg-well p-3 font-mono text-12 text-ink [overflow-wrap:anywhere]"
    >
      <span className="block text-ink3"># {caption}</span>
      {lines.join("\n")}
      {more > 0 && <span className="block text-ink3">… {formatCount(more)}</span>}
    </pre>
  );
}
