import { Chance } from "./chance";
import { Network } from "./network";
import { SimulatedNode } from "./simulated-node";
import { Timeline } from "./timeline";

/** One simulated node, not started: for what needs no others. */
export function loneNode(settings: Readonly<Record<string, string>> = {}, seed = 1) {
  const timeline = new Timeline();
  const chance = new Chance(seed);
  const place = { timeline, chance, network: new Network(timeline, chance) };
  return { timeline, node: new SimulatedNode(place, { host: "10.0.0.1", port: 7000 }, settings) };
}
