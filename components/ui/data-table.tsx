"use client";
import { useVirtualizer } from "@tanstack/react-virtual";
import { ArrowDown, ArrowUp } from "lucide-react";
import { type ReactNode, useMemo, useRef, useState } from "react";
import { cx } from "./cx";
import { useWidth } from "./use-width";

export type Column<T> = {
  readonly id: string;
  readonly head: ReactNode;
  /** CSS grid track: `minmax(160px, 1fr)`, `72px`. */
  readonly track: string;
  readonly cell: (row: T) => ReactNode;
  /** What it sorts by; undefined values go last, whichever way. */
  readonly sort?: (row: T) => number | string | undefined;
  readonly align?: "right";
  /** Shown only when the table is at least so wide, in px. */
  readonly from?: number;
};

type DataTableProps<T> = {
  readonly label: string;
  readonly rows: readonly T[];
  readonly columns: readonly Column<T>[];
  readonly rowKey: (row: T) => string;
  readonly sortLabel: (column: string) => string;
  readonly empty: ReactNode;
  readonly rowHeight?: number;
  readonly rowClass?: (row: T) => string | undefined;
  readonly className?: string;
};

type Sorting = { readonly id: string; readonly down: boolean };

/**
 * Rows that are in sight, and no others, are in the document: a thousand rows cost what thirty cost. Roles are written
 * out, because a grid layout takes a table's own away.
 */
export function DataTable<T>(props: DataTableProps<T>) {
  const { label, rows, columns, rowKey, empty, className } = props;
  const scroller = useRef<HTMLElement>(null);
  const [measured, width] = useWidth<HTMLDivElement>();
  const [sorting, setSorting] = useState<Sorting>();
  // A finger needs 44 px.
  const rowHeight = width > 0 && width < 560 ? 44 : (props.rowHeight ?? 32);
  const shown = columns.filter((column) => column.from === undefined || width >= column.from);
  const sorted = useSorted(rows, columns, sorting);
  const virtual = useVirtualizer({
    count: sorted.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
    getItemKey: (index) => rowKey(sorted[index] as T),
  });
  const template = shown.map((column) => column.track).join(" ");
  return (
    <div ref={measured} className={cx("flex min-h-0 flex-col", className)}>
      <section
        ref={scroller}
        className="min-h-0 flex-1 overflow-auto -outline-offset-2"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        aria-label={label}
      >
        {/* biome-ignore lint/a11y/useSemanticElements: a grid layout takes the roles of a table away */}
        <div role="table" aria-label={label} aria-rowcount={sorted.length + 1}>
          <Head columns={shown} template={template} sorting={sorting} onSort={setSorting} sortLabel={props.sortLabel} />
          {sorted.length === 0 && empty}
          {/* biome-ignore lint/a11y/useSemanticElements: as above */}
          <div role="rowgroup" className="relative" style={{ height: virtual.getTotalSize() }}>
            {virtual.getVirtualItems().map((item) => {
              const row = sorted[item.index] as T;
              return (
                // biome-ignore lint/a11y/useSemanticElements: as above
                // biome-ignore lint/a11y/useFocusableInteractive: a row of a plain table takes no focus
                <div
                  key={item.key}
                  role="row"
                  aria-rowindex={item.index + 2}
                  className={cx(
                    "absolute inset-x-0 top-0 grid items-center gap-x-3 border-b border-line1 px-3.5 hover:bg-bg2",
                    props.rowClass?.(row),
                  )}
                  style={{ gridTemplateColumns: template, height: rowHeight, transform: `translateY(${item.start}px)` }}
                >
                  {shown.map((column) => (
                    // biome-ignore lint/a11y/useSemanticElements: as above
                    <div key={column.id} role="cell" className={cx("min-w-0", column.align && "num text-right")}>
                      {column.cell(row)}
                    </div>
                  ))}
                </div>
              );
            })}
          </div>
        </div>
      </section>
    </div>
  );
}

function useSorted<T>(rows: readonly T[], columns: readonly Column<T>[], sorting: Sorting | undefined): readonly T[] {
  const by = columns.find((column) => column.id === sorting?.id)?.sort;
  return useMemo(() => {
    if (!by) return rows;
    const sign = sorting?.down ? -1 : 1;
    return [...rows].sort((one, other) => {
      const a = by(one);
      const b = by(other);
      if (a === undefined || b === undefined) return a === b ? 0 : a === undefined ? 1 : -1;
      const order = typeof a === "string" ? a.localeCompare(String(b), "en", { numeric: true }) : a - Number(b);
      return order * sign;
    });
  }, [rows, by, sorting?.down]);
}

type HeadProps<T> = Pick<DataTableProps<T>, "columns" | "sortLabel"> & {
  readonly template: string;
  readonly sorting: Sorting | undefined;
  readonly onSort: (sorting: Sorting | undefined) => void;
};

function Head<T>({ columns, template, sorting, onSort, sortLabel }: HeadProps<T>) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a grid layout takes the roles of a table away
    // biome-ignore lint/a11y/useFocusableInteractive: a row of a plain table takes no focus
    <div
      role="row"
      className="sticky top-0 z-10 grid h-[34px] items-center gap-x-3 border-b border-line2 bg-bg1 px-3.5 text-11 font-medium text-ink3"
      style={{ gridTemplateColumns: template }}
    >
      {columns.map((column) => {
        const on = sorting?.id === column.id ? sorting : undefined;
        const Arrow = on?.down ? ArrowDown : ArrowUp;
        return (
          // biome-ignore lint/a11y/useSemanticElements: as above
          // biome-ignore lint/a11y/useFocusableInteractive: the button inside takes it
          <div
            key={column.id}
            role="columnheader"
            aria-sort={on ? (on.down ? "descending" : "ascending") : undefined}
            className={cx("min-w-0 truncate", column.align && "text-right")}
          >
            {column.sort ? (
              <button
                type="button"
                title={typeof column.head === "string" ? sortLabel(column.head) : undefined}
                onClick={() => onSort(next(column.id, on))}
                className="inline-flex h-6 items-center gap-1 hover:text-ink"
              >
                {column.head}
                {on && <Arrow size={11} strokeWidth={2.2} aria-hidden />}
              </button>
            ) : (
              column.head
            )}
          </div>
        );
      })}
    </div>
  );
}

/** Up, down, as it was. */
function next(id: string, on: Sorting | undefined): Sorting | undefined {
  if (!on) return { id, down: false };
  return on.down ? undefined : { id, down: true };
}
