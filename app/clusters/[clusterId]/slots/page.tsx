import type { Metadata } from "next";
import { SlotsScreen } from "@/components/slots/slots-screen";
import { asClusterId } from "@/lib/cluster/node";
import { en } from "@/lib/words/en";

export const metadata: Metadata = { title: en.shell.screens.slots };

type Props = { readonly params: Promise<{ clusterId: string }> };

export default async function SlotsPage({ params }: Props) {
  const { clusterId } = await params;
  return <SlotsScreen clusterId={asClusterId(clusterId)} />;
}
