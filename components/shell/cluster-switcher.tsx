"use client";
import { Menu } from "@base-ui/react/menu";
import { ChevronDown, LayoutGrid, Settings2 } from "lucide-react";
import Link from "next/link";
import { useClusters, useSession } from "@/components/data/queries";
import { useWords } from "@/components/data/words";
import { ToneIcon } from "@/components/ui/chip";
import { cx } from "@/components/ui/cx";
import { roleAllows } from "@/lib/wire/access";
import type { ClusterSummary } from "@/lib/wire/clusters";
import { environmentColor, stateTone } from "./cluster-state";
import { Logo } from "./logo";
import { useClusterId } from "./use-cluster-id";

const row =
  "flex h-9 cursor-default items-center gap-2.5 rounded-[4px] px-2 text-125 text-ink2 data-highlighted:bg-bg3 data-highlighted:text-ink max-md:h-11";

export function ClusterSwitcher() {
  const words = useWords().shell;
  const id = useClusterId();
  const { data: clusters = [] } = useClusters();
  const { data: session } = useSession();
  const mayChange = session !== undefined && roleAllows(session.role, "operator");
  const current = clusters.find((cluster) => cluster.id === id);
  return (
    <div className="flex min-w-0 shrink-0 items-center gap-3 max-md:flex-1">
      <Link href="/clusters" aria-label={words.home} className="md:hidden">
        <Logo size={26} />
      </Link>
      {id === undefined ? (
        <span className="text-15 font-semibold">{words.product}</span>
      ) : (
        <Menu.Root>
          <Menu.Trigger className="flex h-8 min-w-0 max-w-64 items-center gap-2 rounded-control text-15 font-semibold text-ink max-md:h-11">
            <span className="truncate">{current?.name ?? id}</span>
            <ChevronDown size={14} strokeWidth={1.8} className="shrink-0 text-ink3" aria-hidden />
          </Menu.Trigger>
          <Menu.Portal>
            <Menu.Positioner side="bottom" align="start" sideOffset={6} className="z-60">
              <Menu.Popup className="max-h-[70dvh] min-w-64 overflow-y-auto rounded-panel bg-bg1 p-1 shadow-float outline-none">
                {clusters.map((cluster) => (
                  <Row key={cluster.id} cluster={cluster} />
                ))}
                {mayChange && (
                  <Menu.Item
                    className={`${row} mt-1 border-t border-line1`}
                    render={<Link href={`/clusters/${id}/settings`} />}
                  >
                    <Settings2 size={14} strokeWidth={1.6} aria-hidden />
                    <span className="truncate">{words.settingsOf(current?.name ?? id)}</span>
                  </Menu.Item>
                )}
                <Menu.Item
                  className={cx(row, !mayChange && "mt-1 border-t border-line1")}
                  render={<Link href="/clusters" />}
                >
                  <LayoutGrid size={14} strokeWidth={1.6} aria-hidden />
                  {words.allClusters}
                </Menu.Item>
              </Menu.Popup>
            </Menu.Positioner>
          </Menu.Portal>
        </Menu.Root>
      )}
    </div>
  );
}

function Row({ cluster }: { readonly cluster: ClusterSummary }) {
  const words = useWords().shell;
  return (
    <Menu.Item className={row} render={<Link href={`/clusters/${cluster.id}`} />}>
      <span
        aria-hidden
        className="h-4 w-[3px] rounded-cell"
        style={{ background: environmentColor[cluster.environment] }}
      />
      <span className="min-w-0 flex-1 truncate font-medium">{cluster.name}</span>
      <span className="text-11 text-ink3">{words.environments[cluster.environment]}</span>
      <ToneIcon tone={stateTone[cluster.state]} size={13} />
      <span className="sr-only">{words.states[cluster.state]}</span>
    </Menu.Item>
  );
}
