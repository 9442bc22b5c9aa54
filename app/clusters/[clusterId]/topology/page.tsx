import type { Metadata } from "next";
import { TopologyScreen } from "@/components/topology/topology-screen";
import { asClusterId } from "@/lib/cluster/node";
import { en } from "@/lib/words/en";

export const metadata: Metadata = { title: en.shell.screens.topology };

type Props = { readonly params: Promise<{ clusterId: string }> };

export default async function TopologyPage({ params }: Props) {
  const { clusterId } = await params;
  return <TopologyScreen clusterId={asClusterId(clusterId)} />;
}
