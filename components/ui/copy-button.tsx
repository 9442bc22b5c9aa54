"use client";
import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";
import { cx } from "./cx";

type CopyButtonProps = {
  readonly text: string;
  readonly label: string;
  readonly copiedLabel: string;
  readonly iconOnly?: boolean;
  readonly className?: string;
};

export function CopyButton({ text, label, copiedLabel, iconOnly, className }: CopyButtonProps) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 1600);
    return () => clearTimeout(timer);
  }, [copied]);
  const Icon = copied ? Check : Copy;
  return (
    <button
      type="button"
      onClick={() => {
        navigator.clipboard.writeText(text).then(
          () => setCopied(true),
          () => setCopied(false),
        );
      }}
      {...(iconOnly ? { "aria-label": copied ? copiedLabel : label, title: label } : {})}
      className={cx(
        "inline-flex items-center gap-1.5 rounded-control p-1 text-12 text-ink3 hover:text-ink max-md:min-h-11 max-md:min-w-11 max-md:justify-center",
        className,
      )}
    >
      <Icon size={13} strokeWidth={1.8} className={copied ? "text-ok" : undefined} aria-hidden />
      {!iconOnly && <span aria-live="polite">{copied ? copiedLabel : label}</span>}
    </button>
  );
}
