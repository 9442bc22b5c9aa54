"use client";
import { useRouter } from "next/navigation";
import { useEffect, useRef, useState } from "react";
import { sentenceOf } from "@/components/data/api";
import { keys, useCall, useSession } from "@/components/data/queries";
import { useWords } from "@/components/data/words";
import { Button } from "@/components/ui/button";
import { toast } from "@/components/ui/toast";
import { roleAllows } from "@/lib/wire/access";
import { ConnectAccess, ConnectMore, ConnectTls, ConnectWhere } from "./connect-fields";
import { emptyForm, readForm } from "./connect-form";

export function ConnectScreen() {
  const words = useWords().clusters.connect;
  const router = useRouter();
  const { data: session } = useSession();
  const [form, setForm] = useState(emptyForm);
  const [tried, setTried] = useState(false);
  const connect = useCall("clusters.connect", (client, cluster) => {
    void client.invalidateQueries({ queryKey: keys.clusters });
    toast({ tone: "ok", title: words.done(cluster.name) });
    router.push(`/clusters/${cluster.id}`);
  });
  const read = readForm(form, words);
  const errors = tried && !read.ok ? read.errors : {};
  const notAllowed = session !== undefined && !roleAllows(session.role, "admin");
  const change = (part: Partial<typeof form>) => setForm((old) => ({ ...old, ...part }));
  return (
    <form
      className="mx-auto flex max-w-[720px] flex-col gap-3 p-4.5 max-md:p-4"
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (read.ok) connect.mutate({ body: read.value });
      }}
    >
      <header className="mb-1">
        <h1 className="text-15 font-semibold">{words.title}</h1>
        <p className="mt-1 max-w-[60ch] text-13 text-ink2">{words.lead}</p>
      </header>
      <ConnectWhere form={form} change={change} errors={errors} />
      <ConnectAccess form={form} change={change} errors={errors} />
      <ConnectTls form={form} change={change} errors={errors} />
      <ConnectMore form={form} change={change} errors={errors} />
      {connect.error && <Refusal text={sentenceOf(connect.error)} />}
      <footer className="flex items-center justify-end gap-3 pt-1">
        {notAllowed && <p className="text-12 text-ink3">{words.notAdmin}</p>}
        <Button
          type="submit"
          tone="primary"
          size="lg"
          busy={connect.isPending}
          disabled={connect.isPending || notAllowed}
        >
          {connect.isPending ? words.checking : words.submit}
        </Button>
      </footer>
    </form>
  );
}

/** Scrolls to itself: the form is longer than a screen. */
function Refusal({ text }: { readonly text: string }) {
  const words = useWords().clusters.connect;
  const box = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each new refusal is shown
  useEffect(() => {
    // Some browsers return a promise here, which React would take for a clean-up.
    box.current?.scrollIntoView({ block: "nearest" });
  }, [text]);
  return (
    <div ref={box} role="alert" className="panel-bad rounded-panel border border-bad-line p-3.5 text-13">
      <p className="font-semibold text-bad">{words.failed}</p>
      <p className="mt-0.5 text-ink [overflow-wrap:anywhere]">{text}</p>
      <p className="mt-0.5 text-ink2">{words.nothingChanged}</p>
    </div>
  );
}
