import type { Metadata } from "next";
import { OperationsScreen } from "@/components/operations/operations-screen";
import { asClusterId } from "@/lib/cluster/node";
import { en } from "@/lib/words/en";

export const metadata: Metadata = { title: en.shell.screens.operations };

type Props = { readonly params: Promise<{ clusterId: string }> };

export default async function OperationsPage({ params }: Props) {
  const { clusterId } = await params;
  return <OperationsScreen clusterId={asClusterId(clusterId)} />;
}
