"use client";
import { KeyRound, Layers, RectangleHorizontal, TextSelect } from "lucide-react";
import { useWords } from "@/components/data/words";
import { Segmented } from "@/components/ui/segmented";
import type { BrushShape } from "@/lib/layout/brush";
import type { SlotLayer } from "@/lib/layout/slot-tones";

type MapToolbarProps = {
  readonly layer: SlotLayer;
  readonly onLayer: (layer: SlotLayer) => void;
  readonly shape: BrushShape;
  readonly onShape: (shape: BrushShape) => void;
};

const icon = { size: 14, strokeWidth: 1.6, "aria-hidden": true } as const;

export function MapToolbar({ layer, onLayer, shape, onShape }: MapToolbarProps) {
  const words = useWords().slots;
  return (
    <div className="flex items-center gap-2">
      <Segmented
        label={words.layers.label}
        value={layer}
        onChange={onLayer}
        options={[
          { value: "owner", text: words.layers.owner, icon: <Layers {...icon} /> },
          { value: "keys", text: words.layers.keys, icon: <KeyRound {...icon} /> },
        ]}
      />
      <Segmented
        label={words.brushes.label}
        value={shape}
        onChange={onShape}
        className="max-md:hidden"
        options={[
          {
            value: "run",
            text: <span className="sr-only">{words.brushes.run}</span>,
            title: words.brushes.run,
            icon: <TextSelect {...icon} />,
          },
          {
            value: "rect",
            text: <span className="sr-only">{words.brushes.rect}</span>,
            title: words.brushes.rect,
            icon: <RectangleHorizontal {...icon} />,
          },
        ]}
      />
    </div>
  );
}
