import type { Metadata } from "next";
import { SettingsScreen } from "@/components/clusters/settings-screen";
import { asClusterId } from "@/lib/cluster/node";
import { en } from "@/lib/words/en";

export const metadata: Metadata = { title: en.shell.settings };

type Props = { readonly params: Promise<{ clusterId: string }> };

export default async function SettingsPage({ params }: Props) {
  const { clusterId } = await params;
  return <SettingsScreen clusterId={asClusterId(clusterId)} />;
}
