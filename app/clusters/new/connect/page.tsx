import type { Metadata } from "next";
import { ConnectScreen } from "@/components/clusters/connect-screen";
import { en } from "@/lib/words/en";

export const metadata: Metadata = { title: en.clusters.connect.title };

export default function ConnectPage() {
  return <ConnectScreen />;
}
