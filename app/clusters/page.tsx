import type { Metadata } from "next";
import { ClustersScreen } from "@/components/clusters/clusters-screen";
import { en } from "@/lib/words/en";

export const metadata: Metadata = { title: en.shell.screens.clusters };

export default function ClustersPage() {
  return <ClustersScreen />;
}
