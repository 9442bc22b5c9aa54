import { openApi } from "@/lib/wire/openapi";
import { route } from "@/server/http";

export const GET = route("openapi.read", async ({ credential }) => openApi(credential.session.version));
