import { expect, test } from "vitest";
import { curlOf, foldCommand } from "./command-text";

test("a long command is folded at its flags and stays one command", () => {
  expect(foldCommand("redis-cli --cluster reshard 127.0.0.1:7000 --cluster-slots 12")).toBe(
    "redis-cli \\\n    --cluster reshard 127.0.0.1:7000 \\\n    --cluster-slots 12",
  );
  expect(foldCommand("# a remark that is long, --and has a flag in it, and stays")).not.toContain("\n");
});

test("a quote in a name cannot end the quoting of the shell", () => {
  expect(curlOf("http://c/api/plans", { name: "it's" }).at(-1)).toBe(`    -d '{"name":"it'\\''s"}'`);
});
