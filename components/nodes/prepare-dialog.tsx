"use client";
import { Plus } from "lucide-react";
import { useState } from "react";
import { sentenceOf } from "@/components/data/api";
import { keys, useCall, useSession } from "@/components/data/queries";
import { useWords } from "@/components/data/words";
import { Button } from "@/components/ui/button";
import { Checkbox } from "@/components/ui/choice";
import { Dialog } from "@/components/ui/dialog";
import { Field, TextInput } from "@/components/ui/field";
import { NumberInput } from "@/components/ui/number-field";
import { Select } from "@/components/ui/select";
import { toast } from "@/components/ui/toast";
import { roleAllows } from "@/lib/wire/access";
import { maxmemoryPolicies } from "@/lib/wire/runtime";
import { emptyPrepare, type PrepareForm, preparedBody } from "./prepare-form";

/** A button, and behind it the form that makes empty nodes on this machine. */
export function PrepareDialog() {
  const words = useWords();
  const mine = words.nodes.prepare;
  const { data: session } = useSession();
  const [open, setOpen] = useState(false);
  const [form, setForm] = useState(emptyPrepare);
  const prepare = useCall("managed.prepare", (client, nodes) => {
    toast({ tone: "ok", title: mine.done(nodes.length) });
    void client.invalidateQueries({ queryKey: keys.managed });
    setOpen(false);
  });
  if (!session || !roleAllows(session.role, "admin")) return null;
  const body = preparedBody(form);
  return (
    <>
      <Button icon={<Plus size={14} strokeWidth={2} aria-hidden />} onClick={() => setOpen(true)}>
        {mine.open}
      </Button>
      <Dialog
        open={open}
        onOpenChange={(next) => {
          prepare.reset();
          setOpen(next);
        }}
        title={mine.title}
        description={mine.text}
        closeLabel={words.shell.close}
        width="md"
        footer={
          <>
            <Button onClick={() => setOpen(false)}>{words.shell.cancel}</Button>
            <Button
              tone="primary"
              busy={prepare.isPending}
              disabled={!body || prepare.isPending}
              onClick={() => body && prepare.mutate({ body })}
            >
              {prepare.isPending ? mine.busy : mine.button(form.count)}
            </Button>
          </>
        }
      >
        <Fields form={form} change={(part) => setForm((old) => ({ ...old, ...part }))} />
        {prepare.error && (
          <p
            role="alert"
            className="mt-4 rounded-control border border-bad-line bg-bad-ground p-3 text-125 [overflow-wrap:anywhere]"
          >
            <b className="block font-semibold text-bad">{mine.failed}</b>
            {sentenceOf(prepare.error)}
          </p>
        )}
      </Dialog>
    </>
  );
}

type FieldsProps = { readonly form: PrepareForm; readonly change: (part: Partial<PrepareForm>) => void };

function Fields({ form, change }: FieldsProps) {
  const words = useWords();
  const mine = words.nodes.prepare;
  const steps = { decreaseLabel: words.shell.less, increaseLabel: words.shell.more };
  const portWrong = form.port !== undefined && (form.port < 1024 || form.port > 55_535);
  return (
    <div className="grid grid-cols-2 gap-4 max-md:grid-cols-1">
      <Field label={mine.count}>
        <NumberInput
          {...steps}
          label={mine.count}
          value={form.count}
          min={1}
          max={12}
          onChange={(count) => change({ count: count ?? 1 })}
        />
      </Field>
      <Field label={mine.port} hint={mine.portHint} error={portWrong ? mine.portWrong : undefined}>
        <TextInput
          inputMode="numeric"
          value={form.port?.toString() ?? ""}
          onChange={(text) => change({ port: /^\d{1,5}$/.test(text) ? Number(text) : undefined })}
        />
      </Field>
      <Field label={mine.memory} hint={mine.memoryHint}>
        <NumberInput
          {...steps}
          label={mine.memory}
          value={form.maxMemoryMiB}
          min={0}
          step={64}
          onChange={(n) => change({ maxMemoryMiB: n ?? 0 })}
        />
      </Field>
      <Field label={mine.policy}>
        <Select
          label={mine.policy}
          value={form.policy}
          onChange={(policy) => change({ policy })}
          options={maxmemoryPolicies.map((value) => ({ value, text: value }))}
        />
      </Field>
      <Field label={mine.timeout}>
        <NumberInput
          {...steps}
          label={mine.timeout}
          value={form.nodeTimeoutMs}
          min={200}
          max={600_000}
          step={500}
          onChange={(n) => change({ nodeTimeoutMs: n ?? 5000 })}
        />
      </Field>
      <Field label={mine.password} hint={mine.passwordHint}>
        <TextInput
          type="password"
          autoComplete="new-password"
          value={form.password}
          onChange={(password) => change({ password })}
        />
      </Field>
      <Checkbox checked={form.appendOnly} onChange={(appendOnly) => change({ appendOnly })}>
        {mine.aof}
      </Checkbox>
    </div>
  );
}
