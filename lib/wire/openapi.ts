import { z } from "zod";
import { errorBodySchema } from "@/lib/errors";
import { routes } from "./routes";
import type { RouteSpec } from "./routes/route";

type Json = Readonly<Record<string, unknown>>;

/** The OpenAPI 3.1 document, made from the table of routes: what it says is what the handlers check by. */
export function openApi(version: string): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const [name, spec] of Object.entries<RouteSpec>(routes)) {
    const path = spec.path.replaceAll(/\[(\w+)\]/g, "{$1}");
    paths[path] = { ...paths[path], [spec.method.toLowerCase()]: operation(name, spec) };
  }
  return {
    openapi: "3.1.0",
    info: { title: "Shardboard", version },
    components: {
      securitySchemes: {
        bearer: { type: "http", scheme: "bearer", description: "SHARDBOARD_ADMIN_TOKEN" },
        session: { type: "apiKey", in: "cookie", name: "shardboard", description: "Set by POST /api/session" },
      },
      schemas: { Error: schemaOf(errorBodySchema, "output") },
    },
    paths,
  };
}

function operation(name: string, spec: RouteSpec): Json {
  const type = name === "events.stream" ? "text/event-stream" : "application/json";
  return {
    operationId: name,
    summary: spec.summary,
    tags: [name.split(".")[0]],
    "x-role": spec.role,
    security: spec.role === "anyone" ? [] : [{ bearer: [] }, { session: [] }],
    parameters: [...parameters(spec.params, "path"), ...parameters(spec.query, "query")],
    ...(spec.body
      ? { requestBody: { required: true, content: { "application/json": { schema: schemaOf(spec.body, "input") } } } }
      : {}),
    responses: {
      [spec.status ?? 200]: { description: "Done", content: { [type]: { schema: schemaOf(spec.reply, "output") } } },
      default: {
        description: "What failed, in a sentence, with a code",
        content: { "application/json": { schema: { $ref: "#/components/schemas/Error" } } },
      },
    },
  };
}

function parameters(schema: z.ZodObject | undefined, place: "path" | "query"): readonly Json[] {
  return Object.entries(schema?.shape ?? {}).map(([name, field]) => ({
    name,
    in: place,
    required: place === "path",
    schema: schemaOf(field as z.ZodType, "output"),
  }));
}

function schemaOf(schema: z.ZodType, io: "input" | "output"): Json {
  const { $schema, ...json } = z.toJSONSchema(schema, { io, unrepresentable: "any" });
  return json;
}
