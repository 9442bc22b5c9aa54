"use client";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { sentenceOf } from "@/components/data/api";
import { keys, useCall } from "@/components/data/queries";
import { useWords } from "@/components/data/words";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field, TextInput } from "@/components/ui/field";
import { Panel } from "@/components/ui/panel";
import { toast } from "@/components/ui/toast";
import type { ClusterId } from "@/lib/cluster/node";

type DisconnectPanelProps = { readonly clusterId: ClusterId; readonly name: string };

export function DisconnectPanel({ clusterId, name }: DisconnectPanelProps) {
  const words = useWords();
  const mine = words.clusters.settings.disconnect;
  const router = useRouter();
  const [open, setOpen] = useState(false);
  const [typed, setTyped] = useState("");
  const disconnect = useCall("clusters.disconnect", (client) => {
    toast({ tone: "ok", title: mine.done(name) });
    router.push("/clusters");
    void client.invalidateQueries({ queryKey: keys.clusters });
  });
  const ask = (next: boolean) => {
    disconnect.reset();
    setTyped("");
    setOpen(next);
  };
  return (
    <Panel title={mine.title(name)}>
      <p className="max-w-[70ch] text-12 text-ink2">{mine.text}</p>
      <footer className="mt-3 flex justify-end">
        <Button tone="danger" onClick={() => ask(true)}>
          {mine.button}
        </Button>
      </footer>
      <Dialog
        open={open}
        onOpenChange={ask}
        title={mine.title(name)}
        description={mine.text}
        closeLabel={words.shell.close}
        footer={
          <>
            <Button onClick={() => ask(false)}>{words.shell.cancel}</Button>
            <Button
              tone="danger"
              busy={disconnect.isPending}
              disabled={typed !== name || disconnect.isPending}
              onClick={() => disconnect.mutate({ params: { clusterId } })}
            >
              {mine.confirm}
            </Button>
          </>
        }
      >
        <Field label={mine.type(name)}>
          <TextInput value={typed} onChange={setTyped} mono onPaste={(event) => event.preventDefault()} />
        </Field>
        {disconnect.error && (
          <p
            role="alert"
            className="mt-3 rounded-control border border-bad-line bg-bad-ground p-3 text-125 [overflow-wrap:anywhere]"
          >
            <b className="block font-semibold text-bad">{mine.failed}</b>
            {sentenceOf(disconnect.error)}
          </p>
        )}
      </Dialog>
    </Panel>
  );
}
