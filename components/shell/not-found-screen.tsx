"use client";
import Link from "next/link";
import { useWords } from "@/components/data/words";
import { buttonClass } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { Logo } from "./logo";

export function NotFoundScreen() {
  const words = useWords().shell.notFound;
  return (
    <div className="grid min-h-dvh place-items-center">
      <EmptyState icon={<Logo size={44} />} title={words.title} text={words.text}>
        <Link href="/clusters" className={buttonClass({ tone: "primary" })}>
          {words.home}
        </Link>
      </EmptyState>
    </div>
  );
}
