"use client";
import { type ReactNode, useEffect, useState } from "react";
import { createPortal } from "react-dom";

export const FOOTER_NOTE_ID = "footer-note";

/** Lets a screen write at the left of the status line; while it does, the line about members makes room. */
export function FooterNote({ children }: { readonly children: ReactNode }) {
  const [place, setPlace] = useState<HTMLElement>();
  useEffect(() => setPlace(document.getElementById(FOOTER_NOTE_ID) ?? undefined), []);
  return place ? createPortal(children, place) : null;
}
