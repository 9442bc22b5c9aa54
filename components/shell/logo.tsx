/** 3×3 slots, one lit. */
export function Logo({ size = 22 }: { readonly size?: number }) {
  const cells = [
    [0, 0, "var(--ink)"],
    [1, 0, "var(--ink4)"],
    [1, 1, "var(--ink)"],
    [2, 1, "var(--ink4)"],
    [0, 1, "var(--ink4)"],
    [1, 2, "var(--ink4)"],
    [2, 2, "var(--accent)"],
  ] as const;
  return (
    <svg width={size} height={size} viewBox="0 0 23 23" aria-hidden role="presentation">
      {cells.map(([x, y, fill]) => (
        <rect key={`${x}${y}`} x={x * 8} y={y * 8} width={7} height={7} rx={1.5} fill={fill} />
      ))}
    </svg>
  );
}
