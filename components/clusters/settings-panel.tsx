"use client";
import type { ReactNode } from "react";
import { sentenceOf } from "@/components/data/api";
import { keys, useCall } from "@/components/data/queries";
import { useWords } from "@/components/data/words";
import { Button } from "@/components/ui/button";
import { Panel } from "@/components/ui/panel";
import { toast } from "@/components/ui/toast";
import type { ClusterId } from "@/lib/cluster/node";
import type { Connection, UpdateCluster } from "@/lib/wire/clusters";

export type SettingsPart = { readonly clusterId: ClusterId; readonly connection: Connection };

type SettingsPanelProps = {
  readonly clusterId: ClusterId;
  readonly title: string;
  readonly text?: string;
  /** What would be saved; undefined: nothing has changed, or it cannot be read. */
  readonly patch: UpdateCluster | undefined;
  readonly onSaved?: () => void;
  /** The nodes are asked first. */
  readonly tries?: boolean;
  /** Why nobody may save here; it is then only shown. */
  readonly locked?: string | undefined;
  readonly children: ReactNode;
};

/** One thing that is saved by itself, with what came of it. */
export function SettingsPanel(props: SettingsPanelProps) {
  const { clusterId, title, text, patch, onSaved, tries, locked, children } = props;
  const words = useWords().clusters.settings;
  const update = useCall("clusters.update", (client) => {
    for (const queryKey of [keys.clusters, keys.cluster(clusterId), keys.connection(clusterId)])
      void client.invalidateQueries({ queryKey });
    toast({ tone: "ok", title: words.saved });
    onSaved?.();
  });
  return (
    <Panel title={title}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (patch) update.mutate({ params: { clusterId }, body: patch });
        }}
      >
        {text && <p className="mb-3 max-w-[70ch] text-12 text-ink3">{text}</p>}
        <fieldset disabled={locked !== undefined} className="min-w-0">
          {children}
        </fieldset>
        {update.error && (
          <p
            role="alert"
            className="mt-3 rounded-control border border-bad-line bg-bad-ground p-3 text-125 [overflow-wrap:anywhere]"
          >
            <b className="block font-semibold text-bad">{words.failed}</b>
            {sentenceOf(update.error)}
          </p>
        )}
        <footer className="mt-3 flex items-center justify-end gap-3">
          {locked !== undefined ? (
            <p className="text-12 text-ink3">{locked}</p>
          ) : (
            <Button type="submit" busy={update.isPending} disabled={!patch || update.isPending}>
              {update.isPending ? (tries ? words.trying : words.saving) : words.save}
            </Button>
          )}
        </footer>
      </form>
    </Panel>
  );
}
