import { patternNames } from "@/lib/layout/palette";
import { patterns, TILE } from "@/lib/layout/patterns";

/** Pattern tiles for every drawing on the page, once in the root layout. `url(#shard-pattern-slash)`. */
export function ShardDefs() {
  return (
    <svg width={0} height={0} aria-hidden className="pointer-events-none absolute" focusable="false">
      <defs>
        {patternNames.map((name) => {
          const pattern = patterns[name];
          return pattern ? (
            <pattern key={name} id={`shard-pattern-${name}`} width={TILE} height={TILE} patternUnits="userSpaceOnUse">
              {pattern.draw === "fill" ? (
                <path d={pattern.path} fill="var(--pattern-ink)" />
              ) : (
                <path d={pattern.path} fill="none" stroke="var(--pattern-ink)" strokeWidth={pattern.width} />
              )}
            </pattern>
          ) : null;
        })}
        <Hatch id="hatch-bad" ink="var(--bad)" width={1.6} />
        <Hatch id="hatch-unknown" ink="var(--line3)" width={1} />
      </defs>
    </svg>
  );
}

function Hatch({ id, ink, width }: { readonly id: string; readonly ink: string; readonly width: number }) {
  return (
    <pattern id={id} width={6} height={6} patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
      <path d="M1 0V6" stroke={ink} strokeWidth={width} />
    </pattern>
  );
}
