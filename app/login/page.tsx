import type { Metadata } from "next";
import { LoginScreen } from "@/components/shell/login-screen";
import { en } from "@/lib/words/en";

export const metadata: Metadata = { title: en.shell.login.title };

export default function LoginPage() {
  return <LoginScreen />;
}
