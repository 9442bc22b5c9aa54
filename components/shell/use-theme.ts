"use client";
import { useSyncExternalStore } from "react";
import type { Theme } from "@/lib/layout/palette";
import { readTheme } from "./theme";

function subscribe(listener: () => void): () => void {
  const observer = new MutationObserver(listener);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  return () => observer.disconnect();
}

/** What is shown now; canvas painters repaint when it changes. */
export const useTheme = (): Theme => useSyncExternalStore(subscribe, readTheme, () => "dark");
