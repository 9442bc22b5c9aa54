import "./globals.css";
import type { Metadata, Viewport } from "next";
import { cookies, headers } from "next/headers";
import type { ReactNode } from "react";
import { Providers } from "@/components/data/providers";
import { ShardDefs } from "@/components/shards/shard-defs";
import { firstThemeScript, THEME_COOKIE } from "@/components/shell/theme";
import { en } from "@/lib/words/en";

export const metadata: Metadata = {
  title: { default: en.shell.product, template: `%s · ${en.shell.product}` },
  description: en.shell.what,
};

export const viewport: Viewport = {
  width: "device-width",
  initialScale: 1,
  viewportFit: "cover",
  themeColor: [
    { media: "(prefers-color-scheme: dark)", color: "#0b0d10" },
    { media: "(prefers-color-scheme: light)", color: "#fbfcfd" },
  ],
};

export default async function RootLayout({ children }: { readonly children: ReactNode }) {
  const nonce = (await headers()).get("x-nonce") ?? undefined;
  const chosen = (await cookies()).get(THEME_COOKIE)?.value;
  const theme = chosen === "light" || chosen === "dark" ? chosen : undefined;
  return (
    <html lang="en" data-theme={theme ?? "dark"} suppressHydrationWarning>
      <body>
        {theme === undefined && (
          // biome-ignore lint/security/noDangerouslySetInnerHtml: a constant of ours, before the first paint
          <script nonce={nonce} dangerouslySetInnerHTML={{ __html: firstThemeScript }} suppressHydrationWarning />
        )}
        <ShardDefs />
        <Providers nonce={nonce}>{children}</Providers>
      </body>
    </html>
  );
}
