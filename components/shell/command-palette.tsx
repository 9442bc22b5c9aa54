"use client";
import { Dialog } from "@base-ui/react/dialog";
import { Search } from "lucide-react";
import dynamic from "next/dynamic";
import { useEffect, useState } from "react";
import { useWords } from "@/components/data/words";
import { Kbd } from "@/components/ui/kbd";

const PaletteBody = dynamic(() => import("./palette-body").then((module) => module.PaletteBody), { ssr: false });

/** ⌘K: go anywhere, find a slot, a key or a node, open a wizard. */
export function CommandPalette() {
  const words = useWords().shell.palette;
  const [open, setOpen] = useState(false);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== "k" || !(event.metaKey || event.ctrlKey)) return;
      event.preventDefault();
      setOpen((was) => !was);
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);
  return (
    <Dialog.Root open={open} onOpenChange={setOpen}>
      <Dialog.Trigger
        aria-label={words.open}
        className="flex h-[29px] shrink-0 items-center gap-2 rounded-control border border-line2 bg-well px-2.5 text-12 text-ink3 hover:border-line3 justify-center max-md:hidden min-[1360px]:w-[200px]"
      >
        <Search size={14} strokeWidth={1.8} aria-hidden />
        <span className="hidden flex-1 truncate text-left min-[1360px]:inline">{words.short}</span>
        <span className="max-lg:hidden">
          <Kbd>{words.shortcut}</Kbd>
        </span>
      </Dialog.Trigger>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-scrim" />
        <Dialog.Popup
          aria-label={words.open}
          className="fixed left-1/2 top-[12vh] z-50 w-[600px] max-w-[calc(100vw-24px)] -translate-x-1/2 overflow-hidden rounded-panel bg-bg1 shadow-float outline-none"
        >
          <PaletteBody onDone={() => setOpen(false)} />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
