"use client";
import { useWords } from "@/components/data/words";

export function BackupWizard() {
  return <p className="max-w-prose text-13 text-ink2">{useWords().wizards.choose.backup}</p>;
}
