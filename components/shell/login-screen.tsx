"use client";
import { useEffect, useRef, useState } from "react";
import { call, sentenceOf } from "@/components/data/api";
import { useWords } from "@/components/data/words";
import { Button } from "@/components/ui/button";
import { Field, TextInput } from "@/components/ui/field";
import { OpsError } from "@/lib/errors";
import { Logo } from "./logo";

type State =
  | { readonly kind: "asking" }
  | { readonly kind: "signing" }
  | { readonly kind: "failed"; readonly text: string };

/** The token travels in the fragment, which browsers keep to themselves, and is taken out of the address at once. */
export function LoginScreen() {
  const words = useWords().shell.login;
  const [state, setState] = useState<State>({ kind: "asking" });
  const [typed, setTyped] = useState("");
  const spent = useRef(false);

  async function signIn(token: string): Promise<void> {
    setState({ kind: "signing" });
    try {
      await call("session.create", { body: { token } });
      window.location.replace(nextPath());
    } catch (error) {
      const refused = error instanceof OpsError && (error.code === "unauthenticated" || error.code === "invalid");
      setState({ kind: "failed", text: refused ? words.refused : sentenceOf(error) });
    }
  }

  // biome-ignore lint/correctness/useExhaustiveDependencies: once, with the fragment that the page was opened with
  useEffect(() => {
    const token = tokenOf(window.location.hash);
    if (!token || spent.current) return;
    spent.current = true;
    window.history.replaceState(null, "", window.location.pathname + window.location.search);
    void signIn(token);
  }, []);

  return (
    <main className="grid min-h-dvh place-items-center px-4">
      <div className="w-full max-w-[380px]">
        <div className="mb-6 flex items-center gap-3">
          <Logo size={30} />
          <h1 className="text-20 font-semibold">{words.heading}</h1>
        </div>
        <form
          className="flex flex-col gap-4 rounded-panel border border-line1 bg-bg1 p-4"
          onSubmit={(event) => {
            event.preventDefault();
            void signIn(tokenOf(typed) ?? typed.trim());
          }}
        >
          {state.kind === "failed" ? (
            <p role="alert" className="rounded-control border border-bad-line bg-bad-ground p-3 text-125 text-ink">
              {state.text}
            </p>
          ) : (
            <p className="text-13 text-ink2">{state.kind === "signing" ? words.signing : words.text}</p>
          )}
          <Field label={words.link} hint={words.linkHint}>
            <TextInput mono value={typed} onChange={setTyped} placeholder={words.placeholder} />
          </Field>
          <Button
            type="submit"
            tone="primary"
            size="lg"
            busy={state.kind === "signing"}
            disabled={state.kind === "signing" || typed.trim().length < 16}
          >
            {words.signIn}
          </Button>
        </form>
        <p className="mt-4 text-12 text-ink3">{words.how}</p>
      </div>
    </main>
  );
}

/** From `#token`, or from a whole link that was pasted. */
function tokenOf(text: string): string | undefined {
  const at = text.lastIndexOf("#");
  const token = at < 0 ? "" : decodeURIComponent(text.slice(at + 1)).trim();
  return token === "" ? undefined : token;
}

/** Only a path of our own: `//elsewhere` is somebody else's. */
function nextPath(): string {
  const next = new URLSearchParams(window.location.search).get("next") ?? "";
  return /^\/(?![/\\])/.test(next) ? next : "/clusters";
}
