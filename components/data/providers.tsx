"use client";
import { CSPProvider } from "@base-ui/react/csp-provider";
import { QueryCache, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { usePathname } from "next/navigation";
import { type ReactNode, useEffect, useState } from "react";
import { Toasts } from "@/components/ui/toast";
import { TooltipProvider } from "@/components/ui/tooltip";
import { OpsError } from "@/lib/errors";
import { LiveFeed } from "./live";
import { LiveContext } from "./live-context";
import { keys } from "./queries";
import { useWords } from "./words";

type ProvidersProps = { readonly nonce: string | undefined; readonly children: ReactNode };

/** What every page stands in: the cache, the one live stream, toasts and tooltips. */
export function Providers({ nonce, children }: ProvidersProps) {
  const words = useWords();
  const [client] = useState(makeClient);
  const [feed] = useState(
    () =>
      new LiveFeed({
        client,
        now: () => Date.now(),
        onRefused: () => void client.invalidateQueries({ queryKey: keys.session }),
      }),
  );
  const signedOut = usePathname() === "/login";
  useEffect(() => {
    if (signedOut) return;
    const stop = new AbortController();
    feed.start(stop.signal);
    return () => stop.abort();
  }, [feed, signedOut]);
  return (
    <CSPProvider {...(nonce ? { nonce } : {})} disableStyleElements>
      <QueryClientProvider client={client}>
        <LiveContext value={feed}>
          <TooltipProvider delay={400}>
            <Toasts closeLabel={words.shell.close}>{children}</Toasts>
          </TooltipProvider>
        </LiveContext>
      </QueryClientProvider>
    </CSPProvider>
  );
}

function makeClient(): QueryClient {
  return new QueryClient({
    queryCache: new QueryCache({ onError: leaveWhenSignedOut }),
    defaultOptions: {
      queries: {
        staleTime: 30_000,
        refetchOnWindowFocus: false,
        retry: (failures, error) =>
          failures < 2 && error instanceof OpsError && (error.code === "unreachable" || error.code === "timed_out"),
      },
    },
  });
}

function leaveWhenSignedOut(error: unknown): void {
  if (!(error instanceof OpsError) || error.code !== "unauthenticated") return;
  if (window.location.pathname === "/login") return;
  const next = window.location.pathname + window.location.search;
  window.location.assign(`/login?next=${encodeURIComponent(next)}`);
}
