import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { OperationScreen } from "@/components/operations/operation-screen";
import { asClusterId } from "@/lib/cluster/node";
import { en } from "@/lib/words/en";

export const metadata: Metadata = { title: en.shell.screens.operations };

type Props = { readonly params: Promise<{ clusterId: string; operationId: string }> };

export default async function OperationPage({ params }: Props) {
  const { clusterId, operationId } = await params;
  if (!/^\d{1,9}$/.test(operationId)) notFound();
  return <OperationScreen clusterId={asClusterId(clusterId)} operationId={Number(operationId)} />;
}
