import { expect, test } from "vitest";
import { formatEndpoint } from "@/lib/cluster/node";
import { sampleTopology } from "@/lib/cluster/sample";
import { readAddressMap, readSeeds } from "@/lib/wire/connect-text";
import { labelRows, labelsOf, mapText, seedsText } from "./settings-form";

const topology = sampleTopology({ primaries: 3, replicas: 1 });
const [first, second] = topology.nodes;
const gone = "f".repeat(40);

test("labels kept by id or by address are shown, and kept by id with those of nodes that are away", () => {
  const before = {
    [first?.id ?? ""]: { rack: "r1" },
    [formatEndpoint(second?.endpoint ?? { host: "", port: 0 })]: { zone: "z2" },
    [gone]: { host: "old" },
  };
  const rows = labelRows(topology, before);
  expect(rows.map((row) => row.id).sort()).toEqual(topology.nodes.map((node) => node.id).sort());
  expect(labelsOf(rows, before)).toEqual({
    [first?.id ?? ""]: { rack: "r1" },
    [second?.id ?? ""]: { zone: "z2" },
    [gone]: { host: "old" },
  });
  const emptied = rows.map((row) => ({ ...row, labels: { host: " ", rack: "", zone: "" } }));
  expect(labelsOf(emptied, before)).toEqual({ [gone]: { host: "old" } });
});

test("addresses are written as they are read", () => {
  const seeds = [
    { host: "10.0.0.1", port: 7000 },
    { host: "fd00::1", port: 7001 },
  ];
  expect(readSeeds(seedsText({ seeds }))).toEqual({ ok: true, value: seeds });
  const addressMap = seeds.map((announced) => ({ announced, dial: { host: "localhost", port: 1 } }));
  expect(readAddressMap(mapText({ addressMap }))).toEqual({ ok: true, value: addressMap });
});
