"use client";
import { Toast } from "@base-ui/react/toast";
import { X } from "lucide-react";
import type { ReactNode } from "react";
import { type Tone, ToneIcon } from "./chip";

const manager = Toast.createToastManager();

type Message = { readonly tone: Tone; readonly title: string; readonly text?: string };

/** Says what was done or what went wrong. Errors stay until they are closed. */
export function toast({ tone, title, text }: Message): void {
  manager.add({
    title,
    ...(text === undefined ? {} : { description: text }),
    type: tone,
    timeout: tone === "bad" ? 0 : 5000,
    priority: tone === "bad" ? "high" : "low",
  });
}

export function Toasts({ closeLabel, children }: { readonly closeLabel: string; readonly children: ReactNode }) {
  return (
    <Toast.Provider toastManager={manager} limit={4}>
      {children}
      <Toast.Portal>
        <Toast.Viewport className="fixed bottom-9 right-4 z-60 flex w-[360px] max-w-[calc(100vw-32px)] flex-col gap-2 max-md:bottom-24">
          <List closeLabel={closeLabel} />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  );
}

function List({ closeLabel }: { readonly closeLabel: string }) {
  const { toasts } = Toast.useToastManager();
  return toasts.map((item) => (
    <Toast.Root
      key={item.id}
      toast={item}
      className="rounded-panel bg-bg2 p-3 shadow-float transition-[opacity,transform] data-starting-style:translate-y-2 data-starting-style:opacity-0 data-ending-style:opacity-0"
    >
      <Toast.Content className="flex items-start gap-2.5">
        <ToneIcon tone={(item.type as Tone) ?? "quiet"} size={15} className="mt-0.5" />
        <div className="min-w-0 flex-1">
          <Toast.Title className="text-125 font-semibold text-ink" />
          <Toast.Description className="text-12 text-ink2 [overflow-wrap:anywhere]" />
        </div>
        <Toast.Close aria-label={closeLabel} className="rounded-control p-1 text-ink3 hover:bg-bg3 hover:text-ink">
          <X size={13} strokeWidth={1.8} aria-hidden />
        </Toast.Close>
      </Toast.Content>
    </Toast.Root>
  ));
}
