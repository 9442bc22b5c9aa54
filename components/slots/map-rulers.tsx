import { formatCount } from "@/lib/format";
import { SLOTS_PER_ROW, type SlotGrid } from "@/lib/layout/slot-grid";

export const RULER_TOP = 18;
export const RULER_LEFT = 46;

const columns = [0, 16, 32, 48, 64, 80, 96, 112, 127] as const;
const rows = [0, 16, 32, 48, 64, 80, 96, 112] as const;

/** Where in a row of 128, and which slot a row begins with. */
export function Rulers({ grid }: { readonly grid: SlotGrid }) {
  return (
    <>
      <div className="absolute top-0" style={{ left: RULER_LEFT }}>
        <TopRuler grid={grid} />
      </div>
      <div className="absolute left-0" style={{ top: RULER_TOP }}>
        <LeftRuler grid={grid} />
      </div>
    </>
  );
}

function TopRuler({ grid }: { readonly grid: SlotGrid }) {
  return (
    <svg width={grid.size} height={RULER_TOP} className="num block overflow-visible font-mono" aria-hidden>
      {columns.map((column) => (
        <g key={column} transform={`translate(${(column === 127 ? 128 : column) * grid.pitch} 0)`}>
          <path d={`M${column === 127 ? -0.5 : 0.5} ${RULER_TOP - 3}v-4`} stroke="var(--ink4)" />
          <text
            y={RULER_TOP - 8}
            x={column === 0 ? 1 : 0}
            fontSize={10}
            fill="var(--ink3)"
            textAnchor={column === 127 ? "end" : column === 0 ? "start" : "middle"}
          >
            +{column}
          </text>
        </g>
      ))}
    </svg>
  );
}

function LeftRuler({ grid }: { readonly grid: SlotGrid }) {
  return (
    <svg width={RULER_LEFT} height={grid.size} className="num block overflow-visible" aria-hidden>
      {rows.map((row) => (
        <g key={row} transform={`translate(0 ${row * grid.pitch})`}>
          <path d={`M${RULER_LEFT - 8} 0.5h5`} stroke="var(--ink4)" />
          <text x={RULER_LEFT - 10} y={row === 0 ? 8 : 4} fontSize={10} fill="var(--ink3)" textAnchor="end">
            {formatCount(row * SLOTS_PER_ROW)}
          </text>
        </g>
      ))}
    </svg>
  );
}
