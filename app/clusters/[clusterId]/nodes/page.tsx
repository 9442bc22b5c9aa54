import type { Metadata } from "next";
import { NodesScreen } from "@/components/nodes/nodes-screen";
import { asClusterId } from "@/lib/cluster/node";
import { en } from "@/lib/words/en";

export const metadata: Metadata = { title: en.shell.screens.nodes };

type Props = { readonly params: Promise<{ clusterId: string }> };

export default async function NodesPage({ params }: Props) {
  const { clusterId } = await params;
  return <NodesScreen clusterId={asClusterId(clusterId)} />;
}
