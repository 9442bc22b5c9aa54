"use client";
import { useNow } from "@/components/data/live-context";
import { useWords } from "@/components/data/words";
import { type Tone, ToneIcon, toneText } from "@/components/ui/chip";
import { cx } from "@/components/ui/cx";
import type { TopologyNode } from "@/lib/cluster/topology";
import { formatAge } from "@/lib/format";
import type { Words } from "@/lib/words/en";
import type { NodeRow } from "./node-rows";

type Said = { readonly tone: Tone; readonly text: string };

/** The worst that is known of a node, in a few words. */
export function sayState(node: TopologyNode, words: Words["nodes"]["state"], nowMs: number): Said {
  if (node.answer.kind === "silent") {
    const age = formatAge(nowMs - node.answer.sinceMs);
    return node.health === "fail"
      ? { tone: "bad", text: words.failSilent(age) }
      : { tone: node.role === "primary" && node.ranges.length > 0 ? "bad" : "warn", text: words.silentFor(age) };
  }
  if (node.health === "fail") return { tone: "bad", text: words.fail };
  if (node.noAddress) return { tone: "bad", text: words.addressLost };
  if (node.health === "pfail") return { tone: "warn", text: words.pfail(node.reporters.length) };
  if (node.handshake) return { tone: "info", text: words.joining };
  if (node.stats?.loading) return { tone: "info", text: words.loading };
  if (node.stats?.replSyncing) return { tone: "info", text: words.syncing };
  if (node.stats?.replLinkUp === false) return { tone: "warn", text: words.linkDown };
  if (node.view?.agrees === false) return { tone: "warn", text: words.differs };
  return { tone: "ok", text: words.answers };
}

export function NodeState({ row }: { readonly row: Pick<NodeRow, "member"> }) {
  const words = useWords().nodes.state;
  const nowMs = useNow(1000);
  if (!row.member) return <span className="text-12 text-ink3">{words.notMember}</span>;
  const { tone, text } = sayState(row.member, words, nowMs);
  return (
    <span className={cx("num flex min-w-0 items-center gap-1.5 text-12", tone === "ok" ? "text-ink2" : toneText[tone])}>
      <ToneIcon tone={tone} size={13} />
      <span className="truncate">{text}</span>
    </span>
  );
}
