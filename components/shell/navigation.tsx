"use client";
import { Moon, Sun } from "lucide-react";
import Link from "next/link";
import { usePathname } from "next/navigation";
import type { ReactNode } from "react";
import { useCluster } from "@/components/data/queries";
import { useWords } from "@/components/data/words";
import { Count } from "@/components/ui/chip";
import { cx } from "@/components/ui/cx";
import type { ClusterId } from "@/lib/cluster/node";
import { weightOf } from "@/lib/layout/finding-weight";
import { Logo } from "./logo";
import { clusterScreens, clustersScreen, isOn, type Screen } from "./screens";
import { chooseTheme } from "./theme";
import { useClusterId } from "./use-cluster-id";
import { useTheme } from "./use-theme";

/** The 64 px rail at the left. */
export function Navigation() {
  const words = useWords().shell;
  const id = useClusterId();
  const pathname = usePathname();
  return (
    <nav
      aria-label={words.navigation}
      className="flex flex-col items-stretch border-r border-line1 bg-bg1 max-md:hidden"
    >
      <Link href="/clusters" aria-label={words.home} className="flex h-12 items-center justify-center">
        <Logo />
      </Link>
      <div className="flex flex-1 flex-col overflow-y-auto pt-1">
        <Item
          screen={clustersScreen}
          href="/clusters"
          on={pathname === "/clusters" || pathname.startsWith("/clusters/new")}
        />
        {id && (
          <>
            <hr className="mx-3 my-1 border-line1" />
            {clusterScreens.map((screen) => (
              <Item key={screen.name} screen={screen} href={screen.path(id)} on={isOn(screen, id, pathname)}>
                <Badge screen={screen} id={id} />
              </Item>
            ))}
          </>
        )}
      </div>
      <ThemeSwitch />
    </nav>
  );
}

type ItemProps = {
  readonly screen: Screen;
  readonly href: string;
  readonly on: boolean;
  readonly children?: ReactNode;
};

function Item({ screen, href, on, children }: ItemProps) {
  const words = useWords().shell;
  return (
    <Link
      href={href}
      aria-current={on ? "page" : undefined}
      className={cx(
        "relative flex h-[47px] flex-col items-center justify-center gap-1 text-10 font-medium -outline-offset-2 hover:text-ink",
        on
          ? "text-ink before:absolute before:inset-y-2.5 before:left-0 before:w-0.5 before:rounded-r-cell before:bg-accent"
          : "text-ink3",
      )}
    >
      <span className="relative">
        <screen.icon size={17} strokeWidth={1.6} aria-hidden />
        {children}
      </span>
      {words.screens[screen.name]}
    </Link>
  );
}

function Badge({ screen, id }: { readonly screen: Screen; readonly id: ClusterId }) {
  const { data } = useCluster(id);
  if (screen.name === "operations" && data?.summary.operation)
    return (
      <span className="absolute -right-2.5 -top-2">
        <Count tone="info">1</Count>
      </span>
    );
  if (screen.name === "overview" && data && data.findings.length > 0) {
    const weights = data.findings.map((finding) => weightOf(finding, data.summary.operation));
    const bad = weights.filter((weight) => weight === "bad").length;
    const warn = weights.filter((weight) => weight === "warn").length;
    return bad + warn === 0 ? null : (
      <span className="absolute -right-2.5 -top-2">
        <Count tone={bad > 0 ? "bad" : "warn"}>{bad + warn}</Count>
      </span>
    );
  }
  return null;
}

function ThemeSwitch() {
  const words = useWords().shell.theme;
  const theme = useTheme();
  const other = theme === "dark" ? "light" : "dark";
  const Icon = theme === "dark" ? Moon : Sun;
  return (
    <button
      type="button"
      onClick={() => chooseTheme(other)}
      aria-label={words.switchTo(words[other])}
      className="flex h-[47px] flex-col items-center justify-center gap-1 text-10 font-medium text-ink3 -outline-offset-2 hover:text-ink"
    >
      <Icon size={17} strokeWidth={1.6} aria-hidden />
      <span suppressHydrationWarning>{words[theme]}</span>
    </button>
  );
}

/** The bottom bar of a phone. */
export function PhoneNavigation() {
  const words = useWords().shell;
  const id = useClusterId();
  const pathname = usePathname();
  if (!id) return null;
  return (
    <nav
      aria-label={words.navigation}
      className="grid grid-cols-5 border-t border-line1 bg-bg1 pb-[env(safe-area-inset-bottom)] md:hidden"
    >
      {clusterScreens.map((screen) => {
        const on = isOn(screen, id, pathname);
        return (
          <Link
            key={screen.name}
            href={screen.path(id)}
            aria-current={on ? "page" : undefined}
            className={cx(
              "relative flex h-[60px] flex-col items-center justify-center gap-1 text-12 -outline-offset-2",
              on
                ? "text-ink before:absolute before:inset-x-5 before:top-0 before:h-0.5 before:rounded-b-cell before:bg-accent"
                : "text-ink3",
            )}
          >
            <span className="relative">
              <screen.icon size={20} strokeWidth={1.6} aria-hidden />
              <Badge screen={screen} id={id} />
            </span>
            {words.screens[screen.name]}
          </Link>
        );
      })}
    </nav>
  );
}
