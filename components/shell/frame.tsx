"use client";
import type { ReactNode } from "react";
import { useWords } from "@/components/data/words";
import { Footer } from "./footer";
import { EnvironmentBand, Header } from "./header";
import { IdleNotice } from "./idle-notice";
import { Navigation, PhoneNavigation } from "./navigation";
import { StaleGuard } from "./stale";

/** What stands around every screen. Only `main` scrolls, or what a screen lets scroll inside it. */
export function Frame({ children }: { readonly children: ReactNode }) {
  const words = useWords().shell;
  return (
    <StaleGuard>
      <div className="relative grid h-dvh grid-cols-[64px_minmax(0,1fr)] max-md:grid-cols-[minmax(0,1fr)]">
        <a
          href="#main"
          className="absolute left-2 top-2 z-60 -translate-y-16 rounded-control bg-accent px-3 py-1.5 text-on-accent focus:translate-y-0"
        >
          {words.skip}
        </a>
        <EnvironmentBand />
        <Navigation />
        <div className="grid min-h-0 grid-rows-[auto_minmax(0,1fr)_auto]">
          <div>
            <IdleNotice />
            <Header />
          </div>
          <main id="main" tabIndex={-1} className="stale-dim relative min-h-0 overflow-y-auto outline-none">
            {children}
          </main>
          <div>
            <Footer />
            <PhoneNavigation />
          </div>
        </div>
      </div>
    </StaleGuard>
  );
}
