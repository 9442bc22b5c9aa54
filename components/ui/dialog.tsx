"use client";
import { Dialog as Base } from "@base-ui/react/dialog";
import { X } from "lucide-react";
import type { ReactNode } from "react";
import { cx } from "./cx";

type DialogProps = {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly title: ReactNode;
  readonly description?: ReactNode;
  readonly closeLabel: string;
  readonly children?: ReactNode;
  /** Buttons, the one that goes on last. */
  readonly footer?: ReactNode;
  readonly width?: "sm" | "md" | "lg";
};

const widths = { sm: "md:w-[420px]", md: "md:w-[560px]", lg: "md:w-[760px]" } as const;

const backdrop =
  "fixed inset-0 z-40 bg-scrim transition-opacity data-starting-style:opacity-0 data-ending-style:opacity-0";

export function Dialog({
  open,
  onOpenChange,
  title,
  description,
  closeLabel,
  children,
  footer,
  width = "sm",
}: DialogProps) {
  return (
    <Base.Root open={open} onOpenChange={onOpenChange}>
      <Base.Portal>
        <Base.Backdrop className={backdrop} />
        <Base.Popup
          className={cx(
            "fixed z-50 flex max-h-[88dvh] flex-col rounded-panel bg-bg1 shadow-float outline-none transition-[opacity,transform] data-starting-style:opacity-0 data-ending-style:opacity-0",
            "inset-x-0 bottom-0 max-md:rounded-b-none md:inset-x-auto md:bottom-auto md:left-1/2 md:top-[12vh] md:-translate-x-1/2 md:data-starting-style:-translate-y-1",
            widths[width],
          )}
        >
          <Header title={title} description={description} closeLabel={closeLabel} />
          <div className="min-h-0 flex-1 overflow-y-auto px-4 pb-4">{children}</div>
          {footer && (
            <footer className="flex justify-end gap-2 border-t border-line1 px-4 py-3 max-md:flex-col-reverse">
              {footer}
            </footer>
          )}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}

function Header({ title, description, closeLabel }: Pick<DialogProps, "title" | "description" | "closeLabel">) {
  return (
    <header className="flex items-start gap-3 px-4 pb-3 pt-3.5">
      <div className="min-w-0 flex-1">
        <Base.Title className="text-15 font-semibold">{title}</Base.Title>
        {description && <Base.Description className="mt-0.5 text-125 text-ink2">{description}</Base.Description>}
      </div>
      <Base.Close
        aria-label={closeLabel}
        className="-mr-1 inline-flex size-7 items-center justify-center rounded-control text-ink3 hover:bg-bg3 hover:text-ink max-md:size-11"
      >
        <X size={15} strokeWidth={1.6} aria-hidden />
      </Base.Close>
    </header>
  );
}
