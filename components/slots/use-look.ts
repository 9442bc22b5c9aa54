"use client";
import { useMemo, useSyncExternalStore } from "react";
import type { Theme } from "@/lib/layout/palette";
import type { OverlayInk } from "./paint-overlay";

function onQuery(query: string) {
  return (listener: () => void) => {
    const media = matchMedia(query);
    media.addEventListener("change", listener);
    return () => media.removeEventListener("change", listener);
  };
}

export function useMedia(query: string): boolean {
  return useSyncExternalStore(
    useMemo(() => onQuery(query), [query]),
    () => matchMedia(query).matches,
    () => false,
  );
}

export const useReducedMotion = (): boolean => useMedia("(prefers-reduced-motion: reduce)");

function onRatio(listener: () => void): () => void {
  const media = matchMedia(`(resolution: ${devicePixelRatio}dppx)`);
  media.addEventListener("change", listener, { once: true });
  return () => media.removeEventListener("change", listener);
}

/** Device pixels a CSS pixel: changes with the zoom, and when the window goes to another screen. */
export function usePixelRatio(): number {
  return useSyncExternalStore(
    onRatio,
    () => Math.min(3, Math.max(1, devicePixelRatio)),
    () => 1,
  );
}

/** Under the accent lies a dark line in both themes: a light one would be lost on a light map. */
const tokensOf = (theme: Theme) =>
  ({
    accent: "--accent",
    edge: theme === "light" ? "--ink" : "--keyline",
    keyline: "--keyline",
    ink: "--ink",
    info: "--info",
  }) as const;

/** The tokens that the overlay paints with, as CSS gives them in this theme. */
export function useOverlayInk(theme: Theme): OverlayInk {
  return useMemo(() => {
    const tokens = tokensOf(theme);
    if (typeof document === "undefined") return tokens;
    const style = getComputedStyle(document.documentElement);
    const read = (name: string) => style.getPropertyValue(name).trim();
    return {
      accent: read(tokens.accent),
      edge: read(tokens.edge),
      keyline: read(tokens.keyline),
      ink: read(tokens.ink),
      info: read(tokens.info),
    };
  }, [theme]);
}
