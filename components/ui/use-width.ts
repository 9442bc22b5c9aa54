"use client";
import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from "react";

const useBeforePaint = typeof window === "undefined" ? useEffect : useLayoutEffect;

/** The width of an element in CSS pixels, known before the first paint in the browser; 0 on the server. */
export function useWidth<E extends Element>(): readonly [RefObject<E | null>, number] {
  const ref = useRef<E>(null);
  const [width, setWidth] = useState(0);
  useBeforePaint(() => {
    const element = ref.current;
    if (!element) return;
    const read = () => setWidth(element.getBoundingClientRect().width);
    read();
    const observer = new ResizeObserver(read);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [ref, width];
}
