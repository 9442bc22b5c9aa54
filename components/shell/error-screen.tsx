"use client";
import Link from "next/link";
import { useEffect } from "react";
import { useWords } from "@/components/data/words";
import { Button, buttonClass } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";

type ErrorScreenProps = { readonly error: Error; readonly onRetry: () => void };

export function ErrorScreen({ error, onRetry }: ErrorScreenProps) {
  const words = useWords().shell.broken;
  useEffect(() => console.error(error), [error]);
  return (
    <div role="alert" className="grid min-h-[70dvh] place-items-center">
      <EmptyState title={words.title} text={words.text}>
        <Button tone="primary" onClick={onRetry}>
          {words.again}
        </Button>
        <Link href="/clusters" className={buttonClass()}>
          {words.home}
        </Link>
      </EmptyState>
    </div>
  );
}
