import type { NodeId } from "@/lib/cluster/node";
import { countSlots, formatRanges, type SlotRanges } from "@/lib/cluster/slots";
import { plans } from "@/lib/words/en/plans";
import { addressIn } from "./command-forms";
import type { Facts } from "./facts";
import { isUp, nodeName } from "./members";
import { mergeMoves } from "./moves";
import type { Move } from "./pick";
import type { Pace } from "./plan";

/** The same by hand: this product's own command, and the nearest that redis-cli can do. */
export type CliLines = { readonly own: readonly string[]; readonly redisCli: readonly string[] };

export const remark = (text: string): string => `# ${text}`;

/** Words go into a shell as they are when they are plain, else in single quotes. */
export function quoted(text: string): string {
  return /^[\w.:@%+,/[\]-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** As server/cli reads it: any member, then the rest. */
export const ownLine = (facts: Facts, verb: string, ...rest: readonly string[]): string =>
  ownCommand(verb, entry(facts), ...rest);

/** Of commands that move slots. */
export const ownPace = ({ pace = "careful" }: { readonly pace?: Pace | undefined }): readonly string[] => [
  `--pace ${pace}`,
];

/** Slots as one word. */
export const slotsWord = (ranges: SlotRanges): string => formatRanges(ranges, "-").replaceAll(" ", "");

export const ownCommand = (verb: string, ...words: readonly string[]): string =>
  ["shardboard cluster", verb, ...words].join(" ");

/** Any member that answers: where redis-cli enters the cluster. */
export function entry(facts: Facts, avoid: readonly NodeId[] = []): string {
  const node = facts.topology.nodes.find((n) => isUp(n) && !avoid.includes(n.id));
  return node ? nodeName(node) : "<any member>";
}

export function hostAndPortFlags(address: string): string {
  const at = address.lastIndexOf(":");
  return `-h ${address.slice(0, at).replace(/^\[|\]$/g, "")} -p ${address.slice(at + 1)}`;
}

/** One `--cluster reshard` a target, with its sources. */
export function redisCliReshard(facts: Facts, moves: readonly Move[]): readonly string[] {
  const merged = mergeMoves(moves);
  const targets = [...new Set(merged.map((move) => move.target))];
  return targets.flatMap((target) =>
    merged
      .filter((move) => move.target === target)
      .map(({ source, ranges }) => reshardLine(facts, [source], target, countSlots(ranges))),
  );
}

export function reshardLine(facts: Facts, from: readonly NodeId[], to: NodeId, slots: number): string {
  return [
    "redis-cli --cluster reshard",
    entry(facts),
    `--cluster-from ${from.length === 0 ? "all" : from.join(",")}`,
    `--cluster-to ${to}`,
    `--cluster-slots ${slots}`,
    "--cluster-yes",
  ].join(" ");
}

export function reshardLines(
  facts: Facts,
  wish: {
    readonly target: NodeId;
    readonly ranges?: unknown;
    readonly sources?: readonly NodeId[] | undefined;
    readonly slots?: number | undefined;
    readonly pace?: Pace | undefined;
    readonly also?: readonly { readonly target: NodeId; readonly ranges: unknown }[] | undefined;
  },
  moves: readonly Move[],
): CliLines {
  if (wish.also) {
    const each = [wish, ...wish.also].map(({ target, ranges }) =>
      reshardLines(
        facts,
        { target, ranges, pace: wish.pace },
        moves.filter((move) => move.target === target),
      ),
    );
    return { own: each.flatMap((one) => one.own), redisCli: each.flatMap((one) => one.redisCli) };
  }
  const to = `--cluster-to ${addressIn(facts, wish.target)}`;
  if (wish.ranges) {
    const ranges = slotsWord(moves.flatMap((move) => move.ranges).sort((a, b) => a[0] - b[0]));
    return {
      own: [ownLine(facts, "reshard", to, `--ranges ${ranges}`, ...ownPace(wish))],
      redisCli: [...redisCliReshard(facts, moves), remark(plans.redisCliDiffers.ranges)],
    };
  }
  const from = wish.sources?.map((id) => addressIn(facts, id)).join(",") ?? "all";
  return {
    own: [
      ownLine(facts, "reshard", `--cluster-from ${from}`, to, `--cluster-slots ${wish.slots ?? 0}`, ...ownPace(wish)),
    ],
    redisCli: [
      reshardLine(facts, wish.sources ?? [], wish.target, wish.slots ?? 0),
      remark(plans.redisCliDiffers.rounding),
    ],
  };
}
