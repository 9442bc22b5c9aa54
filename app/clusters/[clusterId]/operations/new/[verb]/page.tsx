import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { WizardScreen } from "@/components/operations/wizard-screen";
import { asClusterId } from "@/lib/cluster/node";
import { verbSchema } from "@/lib/plans/plan";
import { en } from "@/lib/words/en";

export const metadata: Metadata = { title: en.shell.screens.operations };

type Props = { readonly params: Promise<{ clusterId: string; verb: string }> };

export default async function WizardPage({ params }: Props) {
  const { clusterId, verb } = await params;
  const known = verbSchema.safeParse(verb);
  if (!known.success || known.data === "create") notFound();
  return <WizardScreen clusterId={asClusterId(clusterId)} verb={known.data} />;
}
