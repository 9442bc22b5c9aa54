"use client";
import { ArrowRightLeft, Pause, Play, Square, Undo2 } from "lucide-react";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { sentenceOf } from "@/components/data/api";
import { keys, useCall } from "@/components/data/queries";
import { useWords } from "@/components/data/words";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { toast } from "@/components/ui/toast";
import { formatCount } from "@/lib/format";
import { canCancel, canCutOver, canPause, canResume, isActive, isEnded, type Operation } from "@/lib/operation";
import { reverseDraft } from "@/lib/plans/reverse";
import type { OperationAction } from "@/lib/wire/operations";
import { type WishDraft, wizardPath } from "@/lib/wire/wizard-link";
import type { Words } from "@/lib/words/en";
import { movedOf } from "./use-speed";

/** What the hand can do with an operation, and what each leaves behind. */
export function OperationControls({
  operation,
  mayOperate,
}: {
  readonly operation: Operation;
  readonly mayOperate: boolean;
}) {
  const words = useWords().operations.controls;
  const router = useRouter();
  const [asking, setAsking] = useState(false);
  const act = useCall("operations.act", (client, reply) =>
    client.setQueryData(keys.operation(operation.clusterId, operation.id), reply),
  );
  const send = (action: OperationAction) =>
    act.mutate(
      { params: { clusterId: operation.clusterId, operationId: operation.id, action } },
      { onError: (error) => toast({ tone: "bad", title: sentenceOf(error) }) },
    );
  const { state } = operation;
  const back = reverseDraft(operation);
  if (isEnded(state) && !canResume(state) && !back) return null;
  return (
    <footer className="sticky bottom-0 flex flex-wrap items-center gap-3 border-line1 border-t bg-bg1 px-4.5 py-3">
      {mayOperate && canPause(state) && (
        <Button
          size="lg"
          tone="primary"
          icon={<Pause size={14} strokeWidth={2} aria-hidden />}
          onClick={() => send("pause")}
        >
          {words.pause}
        </Button>
      )}
      {mayOperate && canCutOver(operation) && (
        <Button
          size="lg"
          icon={<ArrowRightLeft size={14} strokeWidth={2} aria-hidden />}
          onClick={() => send("cut-over")}
        >
          {words.cutOver}
        </Button>
      )}
      {mayOperate && canResume(state) && (
        <Button
          size="lg"
          tone="primary"
          icon={<Play size={14} strokeWidth={2} aria-hidden />}
          onClick={() => send("resume")}
        >
          {words.resume}
        </Button>
      )}
      {mayOperate && canCancel(state) && (
        <Button size="lg" icon={<Square size={13} strokeWidth={1.8} aria-hidden />} onClick={() => setAsking(true)}>
          {words.cancel}
        </Button>
      )}
      {mayOperate && back && !isActive(state) && (
        <Button
          size="lg"
          icon={<Undo2 size={14} strokeWidth={1.8} aria-hidden />}
          onClick={() => router.push(wizardPath(operation.clusterId, back))}
        >
          {words.goBack}
        </Button>
      )}
      <p className="text-125 text-ink2" role="status">
        {!mayOperate
          ? words.viewer
          : state === "pausing" || state === "cancelling"
            ? words.pausing
            : canResume(state)
              ? words.hintStopped
              : isActive(state)
                ? words.hint
                : back
                  ? hintOf(back, words, operation)
                  : ""}
      </p>
      <CancelDialog
        open={asking}
        onClose={() => setAsking(false)}
        onYes={() => {
          setAsking(false);
          send("cancel");
        }}
      />
    </footer>
  );
}

function hintOf(back: WishDraft, words: Words["operations"]["controls"], operation: Operation): string {
  return back.verb === "reshard" ? words.hintDone(formatCount(movedOf(operation).slots)) : words.hintBack;
}

function CancelDialog({
  open,
  onClose,
  onYes,
}: {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly onYes: () => void;
}) {
  const { operations, shell } = useWords();
  const words = operations.controls;
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => !next && onClose()}
      title={words.cancelTitle}
      description={words.cancelText}
      closeLabel={shell.close}
      footer={
        <>
          <Button onClick={onClose}>{words.keep}</Button>
          <Button tone="danger" onClick={onYes}>
            {words.cancelYes}
          </Button>
        </>
      }
    />
  );
}
