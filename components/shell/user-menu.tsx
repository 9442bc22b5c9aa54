"use client";
import { Menu } from "@base-ui/react/menu";
import { LogOut, Moon, Sun } from "lucide-react";
import { useCall, useSession } from "@/components/data/queries";
import { useWords } from "@/components/data/words";
import { chooseTheme } from "./theme";
import { useTheme } from "./use-theme";

const item =
  "flex h-8 cursor-default items-center gap-2 rounded-[4px] px-2 text-125 text-ink2 data-highlighted:bg-bg3 data-highlighted:text-ink max-md:h-11";

export function UserMenu() {
  const words = useWords().shell;
  const { data: session } = useSession();
  const theme = useTheme();
  const signOut = useCall("session.delete", () => window.location.assign("/login"));
  if (!session) return null;
  const other = theme === "dark" ? "light" : "dark";
  const Icon = other === "dark" ? Moon : Sun;
  return (
    <Menu.Root>
      <Menu.Trigger className="flex h-8 shrink-0 items-center gap-2 rounded-control text-12 text-ink3 hover:text-ink max-md:h-11">
        <span className="inline-flex h-[22px] min-w-[22px] items-center justify-center rounded-chip bg-bg3 px-1 text-11 font-semibold text-ink">
          {words.user.initials(session.name)}
        </span>
        <span className="max-lg:sr-only">{words.user.roles[session.role]}</span>
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner side="bottom" align="end" sideOffset={6} className="z-60">
          <Menu.Popup className="min-w-52 rounded-panel bg-bg1 p-1 shadow-float outline-none">
            <div className="border-b border-line1 px-2 pb-2 pt-1.5">
              <p className="text-125 font-semibold text-ink">{session.name}</p>
              <p className="text-11 text-ink3">{words.user.mayDo[session.role]}</p>
              {session.idleFrom && <p className="mt-1 max-w-56 text-11 text-warn">{words.user.idle}</p>}
            </div>
            <Menu.Item className={`${item} mt-1`} onClick={() => chooseTheme(other)}>
              <Icon size={14} strokeWidth={1.6} aria-hidden />
              {words.theme.switchTo(words.theme[other])}
            </Menu.Item>
            <Menu.Item className={item} onClick={() => signOut.mutate({})}>
              <LogOut size={14} strokeWidth={1.6} aria-hidden />
              {words.user.signOut}
            </Menu.Item>
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}
