import type { Metadata } from "next";
import { WizardScreen } from "@/components/operations/wizard-screen";
import { en } from "@/lib/words/en";

export const metadata: Metadata = { title: en.clusters.create };

export default function CreatePage() {
  return <WizardScreen verb="create" />;
}
