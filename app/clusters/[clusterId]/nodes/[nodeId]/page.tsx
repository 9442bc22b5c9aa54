import type { Metadata } from "next";
import { NodeScreen } from "@/components/nodes/node-screen";
import { asClusterId, asNodeId } from "@/lib/cluster/node";
import { en } from "@/lib/words/en";

export const metadata: Metadata = { title: en.nodes.page.title };

type Props = { readonly params: Promise<{ clusterId: string; nodeId: string }> };

export default async function NodePage({ params }: Props) {
  const { clusterId, nodeId } = await params;
  return <NodeScreen clusterId={asClusterId(clusterId)} nodeId={asNodeId(nodeId)} />;
}
