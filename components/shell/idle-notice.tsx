"use client";
import { Hourglass } from "lucide-react";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { useSession } from "@/components/data/queries";
import { useWords } from "@/components/data/words";

/** Half an hour without an act takes the rights down to viewer: said where it is seen, with the way back. */
export function IdleNotice() {
  const words = useWords().shell.user;
  const { data: session } = useSession();
  const pathname = usePathname();
  if (!session?.idleFrom) return null;
  return (
    <p
      role="status"
      className="panel-warn flex flex-wrap items-center gap-x-2.5 gap-y-1 border-b border-warn-line px-3.5 py-1.5 text-12 text-ink"
    >
      <Hourglass size={13} strokeWidth={1.8} className="shrink-0 text-warn" aria-hidden />
      {words.idle}
      <Link href={`/login?next=${encodeURIComponent(pathname)}`} className="font-semibold underline underline-offset-2">
        {words.signInAgain}
      </Link>
    </p>
  );
}
