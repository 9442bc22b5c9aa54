import type { ReactNode } from "react";

export function Kbd({ children }: { readonly children: ReactNode }) {
  return (
    <kbd className="inline-flex h-[18px] min-w-[18px] items-center justify-center rounded-chip border border-line2 bg-bg2 px-1 font-sans text-10 font-medium text-ink2">
      {children}
    </kbd>
  );
}
