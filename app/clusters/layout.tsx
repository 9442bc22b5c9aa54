import { headers } from "next/headers";
import { redirect } from "next/navigation";
import type { ReactNode } from "react";
import { Frame } from "@/components/shell/frame";
import { actorFromCookieHeader } from "@/server/http";

/**
 * Nobody signed in: to the sign-in page. A link followed from another site comes without the cookie (SameSite=Strict);
 * the frame holds no data, and its own first request, which carries the cookie, decides.
 */
export default async function ClustersLayout({ children }: { readonly children: ReactNode }) {
  const asked = await headers();
  const isFromElsewhere = asked.get("sec-fetch-site") === "cross-site";
  if (!isFromElsewhere && !(await actorFromCookieHeader(asked.get("cookie"))))
    redirect(`/login?next=${encodeURIComponent(asked.get("x-path") ?? "/clusters")}`);
  return <Frame>{children}</Frame>;
}
