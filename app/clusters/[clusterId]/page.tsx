import type { Metadata } from "next";
import { OverviewScreen } from "@/components/overview/overview-screen";
import { asClusterId } from "@/lib/cluster/node";
import { en } from "@/lib/words/en";

export const metadata: Metadata = { title: en.shell.screens.overview };

type Props = { readonly params: Promise<{ clusterId: string }> };

export default async function OverviewPage({ params }: Props) {
  const { clusterId } = await params;
  return <OverviewScreen clusterId={asClusterId(clusterId)} />;
}
