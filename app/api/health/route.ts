import { isReady } from "@/server";
import { openRoute } from "@/server/http";

export const dynamic = "force-dynamic";

export const GET = openRoute("health.read", () => ({ status: isReady() ? "ok" : "starting" }));
