"use client";
import { useState } from "react";
import { sentenceOf } from "@/components/data/api";
import { keys, useCall } from "@/components/data/queries";
import { useWords } from "@/components/data/words";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field, TextInput } from "@/components/ui/field";
import { toast } from "@/components/ui/toast";
import type { Shard, TopologyNode } from "@/lib/cluster/topology";
import type { ManagedAction, ManagedNode } from "@/lib/wire/runtime";

type ManagedActDialogProps = {
  readonly node: ManagedNode;
  /** Undefined: closed. */
  readonly action: ManagedAction | undefined;
  readonly onClose: () => void;
  readonly member?: TopologyNode;
  readonly shard?: Shard;
};

/** Says what will be done to a process and what the cluster loses by it, then does it. */
export function ManagedActDialog({ node, action, onClose, member, shard }: ManagedActDialogProps) {
  const words = useWords();
  const mine = words.nodes.act;
  const [typed, setTyped] = useState("");
  const shownAction = action ?? "start";
  const act = useCall("managed.act", (client) => {
    toast({ tone: "ok", title: mine.done[shownAction](node.name) });
    void client.invalidateQueries({ queryKey: keys.managed });
    close();
  });
  const serves = shownAction !== "start" && member?.role === "primary" && shard !== undefined && shard.slots > 0;
  const ready = !serves || typed.trim() === node.name;
  function close(): void {
    setTyped("");
    act.reset();
    onClose();
  }
  return (
    <Dialog
      open={action !== undefined}
      onOpenChange={(open) => !open && close()}
      title={mine.title[shownAction](node.name)}
      description={mine.what[shownAction]}
      closeLabel={words.shell.close}
      footer={
        <>
          <Button onClick={close}>{words.shell.cancel}</Button>
          <Button
            tone={shownAction === "start" || shownAction === "restart" ? "primary" : "danger"}
            busy={act.isPending}
            disabled={!ready || act.isPending}
            onClick={() => act.mutate({ params: { managedId: node.id, action: shownAction } })}
          >
            {mine.button[shownAction]}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3">
        <dl className="grid grid-cols-[72px_minmax(0,1fr)] gap-y-1 text-12">
          <dt className="text-ink3">{mine.folder}</dt>
          <dd className="font-mono text-11 leading-5 text-ink2 [overflow-wrap:anywhere]">{node.folder}</dd>
          {node.process.state === "running" && (
            <>
              <dt className="text-ink3">{mine.pid}</dt>
              <dd className="font-mono text-11 leading-5 text-ink2">{node.process.pid}</dd>
            </>
          )}
        </dl>
        {serves && shard && (
          <>
            <p className="rounded-control border border-warn-line bg-warn-ground p-3 text-125 text-ink">
              {mine.serves(shard.index, shard.slots, shard.replicaIds.length)}
            </p>
            <Field label={mine.typed(node.name)}>
              <TextInput mono value={typed} onChange={setTyped} />
            </Field>
          </>
        )}
        {act.error && (
          <p
            role="alert"
            className="rounded-control border border-bad-line bg-bad-ground p-3 text-125 [overflow-wrap:anywhere]"
          >
            <b className="block font-semibold text-bad">{mine.failed(node.name)}</b>
            {sentenceOf(act.error)}
          </p>
        )}
      </div>
    </Dialog>
  );
}
