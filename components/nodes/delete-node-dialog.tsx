"use client";
import { sentenceOf } from "@/components/data/api";
import { keys, useCall } from "@/components/data/queries";
import { useWords } from "@/components/data/words";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { toast } from "@/components/ui/toast";
import type { ManagedNode } from "@/lib/wire/runtime";

type DeleteNodeDialogProps = { readonly node: ManagedNode; readonly open: boolean; readonly onClose: () => void };

export function DeleteNodeDialog({ node, open, onClose }: DeleteNodeDialogProps) {
  const words = useWords();
  const mine = words.nodes.remove;
  const remove = useCall("managed.delete", (client) => {
    toast({ tone: "ok", title: mine.done(node.name) });
    void client.invalidateQueries({ queryKey: keys.managed });
    onClose();
  });
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => !next && onClose()}
      title={mine.title(node.name)}
      description={mine.text}
      closeLabel={words.shell.close}
      footer={
        <>
          <Button onClick={onClose}>{words.shell.cancel}</Button>
          <Button
            tone="danger"
            busy={remove.isPending}
            disabled={remove.isPending}
            onClick={() => remove.mutate({ params: { managedId: node.id } })}
          >
            {mine.button}
          </Button>
        </>
      }
    >
      <p className="font-mono text-12 text-ink2 [overflow-wrap:anywhere]">{node.folder}</p>
      {remove.error && (
        <p
          role="alert"
          className="mt-3 rounded-control border border-bad-line bg-bad-ground p-3 text-125 [overflow-wrap:anywhere]"
        >
          <b className="block font-semibold text-bad">{mine.failed(node.name)}</b>
          {sentenceOf(remove.error)}
        </p>
      )}
    </Dialog>
  );
}
