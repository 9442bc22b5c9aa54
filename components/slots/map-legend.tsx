"use client";
import { memo, type ReactNode } from "react";
import { useWords } from "@/components/data/words";
import { shardColor } from "@/components/shards/shard-fill";
import { type Oklch, oklchToLinear, toHex } from "@/lib/layout/oklab";
import type { Theme } from "@/lib/layout/palette";
import { keyHue } from "@/lib/layout/slot-tones";
import type { OpenNote } from "./open-note";
import type { SlotView } from "./use-slot-view";

type MapLegendProps = {
  readonly view: SlotView;
  readonly theme: Theme;
  readonly open: readonly OpenNote[];
  readonly hasBars: boolean;
};

/** Only what can be seen on the map now. */
export const MapLegend = memo(function MapLegend({ view, theme, open, hasBars }: MapLegendProps) {
  const words = useWords().slots.legend;
  const { scene } = view;
  const isUncovered = view.owners.has(0);
  const isUnserved = scene.served.some((served, slot) => served === 0 && scene.owner[slot] !== 0);
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-1 text-11 text-ink3">
      <Item text={words.selected}>
        <rect x={1} y={1} width={9} height={9} rx={1.5} fill="none" stroke="var(--accent-ink)" strokeWidth={1.8} />
      </Item>
      {open.length > 0 && <OpenItem open={open} />}
      <Item text={words.found}>
        <rect x={3} y={3} width={5} height={5} fill="var(--ink)" />
        <path d="M5.5 0v2M5.5 9v2M0 5.5h2M9 5.5h2" stroke="var(--ink)" />
      </Item>
      {view.layer === "owner" && (
        <Item text={words.empty}>
          <rect width={11} height={11} rx={1} fill={shardColor(1)} opacity={0.3} />
        </Item>
      )}
      {isUncovered && <HatchItem text={words.uncovered} />}
      {isUnserved && <HatchItem text={words.unserved} />}
      {view.layer === "keys" && <Steps view={view} theme={theme} />}
      {hasBars && <span className="ml-auto">{words.bars}</span>}
    </div>
  );
});

function Item({ text, children }: { readonly text: string; readonly children: ReactNode }) {
  return (
    <span className="num flex items-center gap-1.5 whitespace-nowrap">
      <svg width={11} height={11} aria-hidden className="shrink-0">
        {children}
      </svg>
      {text}
    </span>
  );
}

function HatchItem({ text }: { readonly text: string }) {
  return (
    <Item text={text}>
      <rect width={11} height={11} rx={1} fill="var(--hole-ground)" />
      <rect width={11} height={11} rx={1} fill="url(#hatch-bad)" />
    </Item>
  );
}

function OpenItem({ open }: { readonly open: readonly OpenNote[] }) {
  const words = useWords().slots;
  const [one] = open;
  const fill = (index: number | undefined) => (index === undefined ? "var(--ink4)" : shardColor(index));
  const side = (index: number | undefined) => (index === undefined ? words.open.unknownSide : `${index}`);
  const text = open.length === 1 ? words.legend.open(side(one?.from), side(one?.to)) : words.legend.openMany;
  return (
    <Item text={text}>
      <path d="M0 0h11L0 11z" fill={fill(one?.from)} />
      <path d="M11 0v11H0z" fill={fill(one?.to)} />
    </Item>
  );
}

const css = (colour: Oklch): string => toHex(oklchToLinear(colour));

function Steps({ view, theme }: { readonly view: SlotView; readonly theme: Theme }) {
  const words = useWords().slots.legend;
  const { steps } = view;
  return (
    <span className="flex items-center gap-3">
      {words.keysPerSlot}
      {steps.map((end, i) => (
        <Item key={end} text={words.step((steps[i - 1] ?? 0) + 1, i === steps.length - 1 ? undefined : end)}>
          <rect width={11} height={11} rx={1} fill={css(keyHue[theme][i] ?? [0.5, 0, 0])} />
        </Item>
      ))}
    </span>
  );
}
