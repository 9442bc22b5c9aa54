/**
 * Where every node of a cluster is drawn. Rows are shards, columns are hosts, racks or zones, so that a shard whose
 * copies share a fate is seen without reading. A node keeps its place when its role changes: inside a cell nodes are
 * ordered by address, never by role, and a node that has left its shard's books (a dead primary whose replica was
 * promoted) stays in the row where it was.
 *
 * Links run from the primary to its replicas: side to side when nothing stands between, else through the gutter above
 * the row, one lane each, never behind a card. Units are CSS pixels; the origin is the upper left corner.
 */
export type TopologyLayoutNode = { readonly id: string; readonly label: string; readonly group: string };
export type TopologyLayoutRow = {
  readonly key: string;
  readonly primaryId: string | undefined;
  readonly nodeIds: readonly string[];
};
export type TopologyLayoutInput = {
  readonly rows: readonly TopologyLayoutRow[];
  readonly nodes: readonly TopologyLayoutNode[];
  /** Width there is to fill; the drawing may become wider (and scrolls) when cards would get too narrow. */
  readonly width: number;
};

export type Box = { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
export type Point = readonly [x: number, y: number];
export type PlacedColumn = Box & { readonly group: string; readonly nodeIds: readonly string[] };
export type PlacedRow = Box & { readonly key: string };
export type PlacedCard = Box & { readonly nodeId: string; readonly rowKey: string };
export type PlacedLink = {
  readonly from: string;
  readonly to: string;
  /** Corners of an orthogonal line; the last point touches the replica. */
  readonly points: readonly Point[];
  readonly label: Point;
};
export type TopologyLayout = {
  readonly width: number;
  readonly height: number;
  readonly labelWidth: number;
  readonly columns: readonly PlacedColumn[];
  readonly rows: readonly PlacedRow[];
  readonly cards: readonly PlacedCard[];
  readonly links: readonly PlacedLink[];
};

const LABEL_WIDTH = 164;
const HEADER = 58;
const CARD_HEIGHT = 64;
const CARD_MIN = 172;
const CARD_MAX = 232;
const CARD_GAP = 56;
const COLUMN_PAD = 28;
const COLUMN_GAP = 12;
const GUTTER = 30;
const LANE = 12;
const ROW_FOOT = 22;

export function layoutTopology(input: TopologyLayoutInput): TopologyLayout {
  const groups = groupsOf(input);
  const cells = input.rows.map((row) => cellsOf(row, input.nodes, groups));
  const places = groups.map((_, column) => Math.max(1, ...cells.map((row) => row[column]?.length ?? 0)));
  const cardWidth = fitCards(input.width, places);
  const columns = placeColumns(groups, places, cardWidth, input.nodes);
  const drawn = placeRows({ input, cells, columns, cardWidth });
  const height = (drawn.rows.at(-1)?.y ?? HEADER) + (drawn.rows.at(-1)?.height ?? 0);
  const last = columns.at(-1);
  return {
    width: last ? last.x + last.width : LABEL_WIDTH,
    height,
    labelWidth: LABEL_WIDTH,
    columns: columns.map((column) => ({ ...column, height })),
    ...drawn,
  };
}

function groupsOf({ nodes }: TopologyLayoutInput): readonly string[] {
  return [...new Set(nodes.map((node) => node.group))].sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
}

function cellsOf(
  row: TopologyLayoutRow,
  nodes: readonly TopologyLayoutNode[],
  groups: readonly string[],
): readonly (readonly TopologyLayoutNode[])[] {
  const members = nodes
    .filter((node) => row.nodeIds.includes(node.id))
    .sort((a, b) => a.label.localeCompare(b.label, "en", { numeric: true }));
  return groups.map((group) => members.filter((node) => node.group === group));
}

function fitCards(width: number, places: readonly number[]): number {
  const cards = places.reduce((sum, n) => sum + n, 0);
  const taken =
    LABEL_WIDTH +
    places.length * 2 * COLUMN_PAD +
    (places.length - 1) * COLUMN_GAP +
    places.reduce((sum, n) => sum + (n - 1) * CARD_GAP, 0);
  return Math.max(CARD_MIN, Math.min(CARD_MAX, Math.floor((width - taken) / Math.max(1, cards))));
}

function placeColumns(
  groups: readonly string[],
  places: readonly number[],
  cardWidth: number,
  nodes: readonly TopologyLayoutNode[],
): readonly PlacedColumn[] {
  let x = LABEL_WIDTH;
  return groups.map((group, i) => {
    const n = places[i] ?? 1;
    const width = n * cardWidth + (n - 1) * CARD_GAP + 2 * COLUMN_PAD;
    const nodeIds = nodes.filter((node) => node.group === group).map((node) => node.id);
    const column = { group, nodeIds, x, y: 0, width, height: 0 };
    x += width + COLUMN_GAP;
    return column;
  });
}

type Rowing = {
  readonly input: TopologyLayoutInput;
  readonly cells: readonly (readonly (readonly TopologyLayoutNode[])[])[];
  readonly columns: readonly PlacedColumn[];
  readonly cardWidth: number;
};

function placeRows({ input, cells, columns, cardWidth }: Rowing): Pick<TopologyLayout, "rows" | "cards" | "links"> {
  const rows: PlacedRow[] = [];
  const cards: PlacedCard[] = [];
  const links: PlacedLink[] = [];
  const width = (columns.at(-1)?.x ?? LABEL_WIDTH) + (columns.at(-1)?.width ?? 0);
  let y = HEADER;
  input.rows.forEach((row, i) => {
    const slots = (cells[i] ?? []).flatMap((cell, column) =>
      cell.map((node, place) => ({
        nodeId: node.id,
        x: (columns[column]?.x ?? 0) + COLUMN_PAD + place * (cardWidth + CARD_GAP),
      })),
    );
    const order = slots.map((slot) => slot.nodeId);
    const lanes = lanesOf(row, order);
    const top = y + GUTTER + lanes.size * LANE;
    const placed = slots.map((slot) => ({
      nodeId: slot.nodeId,
      rowKey: row.key,
      x: slot.x,
      y: top,
      width: cardWidth,
      height: CARD_HEIGHT,
    }));
    cards.push(...placed);
    links.push(...linksOf(row, placed, lanes));
    const height = top + CARD_HEIGHT + ROW_FOOT - y;
    rows.push({ key: row.key, x: 0, y, width, height });
    y += height;
  });
  return { rows, cards, links };
}

/** Replicas that do not stand right beside their primary each get a lane in the gutter, the farthest one on top. */
function lanesOf(row: TopologyLayoutRow, order: readonly string[]): ReadonlyMap<string, number> {
  const from = order.indexOf(row.primaryId ?? "");
  if (from < 0) return new Map();
  const far = order.filter((_, i) => Math.abs(i - from) > 1);
  far.sort((a, b) => Math.abs(order.indexOf(a) - from) - Math.abs(order.indexOf(b) - from));
  return new Map(far.map((id, lane) => [id, lane]));
}

function linksOf(
  row: TopologyLayoutRow,
  cards: readonly PlacedCard[],
  lanes: ReadonlyMap<string, number>,
): readonly PlacedLink[] {
  const primary = cards.find((card) => card.nodeId === row.primaryId);
  if (!primary) return [];
  return cards
    .filter((card) => card !== primary)
    .map((card) => {
      const lane = lanes.get(card.nodeId);
      return lane === undefined ? sideLink(primary, card) : gutterLink(primary, card, lane);
    });
}

function sideLink(from: PlacedCard, to: PlacedCard): PlacedLink {
  const y = from.y + from.height / 2;
  const start = to.x > from.x ? from.x + from.width : from.x;
  const end = to.x > from.x ? to.x : to.x + to.width;
  return {
    from: from.nodeId,
    to: to.nodeId,
    points: [
      [start, y],
      [end, y],
    ],
    label: [(start + end) / 2, y],
  };
}

function gutterLink(from: PlacedCard, to: PlacedCard, lane: number): PlacedLink {
  const y = from.y - 14 - lane * LANE;
  const direction = to.x > from.x ? 1 : -1;
  const start = from.x + from.width / 2 + direction * (20 + lane * 10);
  const end = to.x + to.width / 2;
  return {
    from: from.nodeId,
    to: to.nodeId,
    points: [
      [start, from.y],
      [start, y],
      [end, y],
      [end, to.y],
    ],
    label: [(start + end) / 2, y],
  };
}

/** An SVG path through the corners, each rounded by up to `radius`. */
export function roundedPath(points: readonly Point[], radius = 8): string {
  const [first, ...rest] = points;
  if (!first) return "";
  let path = `M${first[0]} ${first[1]}`;
  rest.forEach((corner, i) => {
    const before = points[i] as Point;
    const after = points[i + 2];
    if (!after) {
      path += `L${corner[0]} ${corner[1]}`;
      return;
    }
    const enter = towards(corner, before, radius);
    const leave = towards(corner, after, radius);
    path += `L${enter[0]} ${enter[1]}Q${corner[0]} ${corner[1]} ${leave[0]} ${leave[1]}`;
  });
  return path;
}

function towards(from: Point, to: Point, distance: number): Point {
  const length = Math.hypot(to[0] - from[0], to[1] - from[1]);
  const part = length === 0 ? 0 : Math.min(distance, length / 2) / length;
  return [from[0] + (to[0] - from[0]) * part, from[1] + (to[1] - from[1]) * part];
}
