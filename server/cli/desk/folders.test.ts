import { mkdtempSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { asNodeId } from "@/lib/cluster/node";
import { dataFolder, folderAt, folderOf, keepMembers, listFolders, newFolder } from "./folders";

const member = (letter: string, port: number) => ({
  id: asNodeId(letter.repeat(40)),
  endpoint: { host: "127.0.0.1", port },
});

test("a cluster finds its folder again by its members, whichever of them is asked", () => {
  const data = mkdtempSync(join(tmpdir(), "shardboard-folders-"));
  const first = folderOf([member("c", 1), member("b", 2)], data);
  expect(first.name).toBe("cluster-bbbbbbbb");
  keepMembers(first, first.nodes);
  expect(statSync(first.path).mode & 0o777).toBe(0o700);
  expect(folderOf([member("a", 3), member("c", 1)], data)).toMatchObject({ path: first.path, name: first.name });
  expect(folderOf([member("d", 1)], data).path).not.toBe(first.path);
  expect(folderAt({ host: "127.0.0.1", port: 2 }, data)?.path).toBe(first.path);
  expect(folderAt({ host: "127.0.0.1", port: 9 }, data)).toBeUndefined();
  expect(newFolder([member("c", 1)], data).name).toBe("cluster-cccccccc");
  expect(listFolders(data)).toHaveLength(1);
});

test("of two that know a member, the one that knows more of them is meant", () => {
  const data = mkdtempSync(join(tmpdir(), "shardboard-folders-"));
  for (const nodes of [
    [member("a", 1), member("b", 2)],
    [member("c", 3), member("d", 4), member("b", 2)],
  ])
    keepMembers(newFolder(nodes.slice(0, 1), data), nodes);
  expect(folderOf([member("b", 2), member("c", 3), member("d", 4)], data).name).toBe("cluster-cccccccc");
});

test("the data folder is SHARDBOARD_DATA, else XDG's, else the home's", () => {
  expect(dataFolder({ SHARDBOARD_DATA: "/x" })).toBe("/x");
  expect(dataFolder({ XDG_STATE_HOME: "/s" })).toBe("/s/shardboard");
  expect(dataFolder({})).toMatch(/\/\.local\/state\/shardboard$/);
});
