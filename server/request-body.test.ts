import { expect, test } from "vitest";
import { z } from "zod";
import { readBody } from "./request-body";

const schema = z.object({
  name: z.string().trim(),
  labels: z.record(z.string(), z.object({ rack: z.string().optional() })).default({}),
});

const post = (body: BodyInit, type = "application/json") =>
  readBody(new Request("http://localhost/", { method: "POST", body, headers: { "content-type": type } }), schema);

test("a good body, with its defaults", async () => {
  expect(await post('{"name":" a "}')).toEqual({ name: "a", labels: {} });
});

test.each([
  ["{", /body: is not valid JSON/],
  ["", /body: is not valid JSON/],
  ["[".repeat(500_000), /body: is not valid JSON/],
  ['{"name":1}', /name: Invalid input/],
  ['{"name":"a","nmae":"b"}', /nmae: is not a field/],
  ['{"name":"a","labels":{"x":{"rak":"1"}}}', /labels.x.rak: is not a field/],
  ['{"name":"a","__proto__":{"x":1}}', /__proto__: is not allowed/],
  ['{"name":"a","labels":{"constructor":{"prototype":{}}}}', /constructor|prototype/],
  [`{"name":"${"x".repeat(1024 * 1024)}"}`, /larger than/],
])("%.40s is refused", async (text, message) => {
  await expect(post(text)).rejects.toThrow(message);
});

test("what is not JSON by its type is not read", async () => {
  await expect(post('{"name":"a"}', "text/plain")).rejects.toThrow(/application\/json/);
});
