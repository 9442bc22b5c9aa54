"use client";
import { ErrorScreen } from "@/components/shell/error-screen";

export default function ErrorPage({ error, reset }: { readonly error: Error; readonly reset: () => void }) {
  return <ErrorScreen error={error} onRetry={reset} />;
}
