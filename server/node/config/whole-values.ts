import { memoryBytes } from "./parameter";

/** Parameters of several words. Undefined: it is none of them. Throws RangeError. */
export function readWhole(name: string, values: readonly string[], before: string): string | undefined {
  switch (name) {
    case "save":
      return savePoints(words(values), before);
    case "client-output-buffer-limit":
      return outputLimits(words(values), before);
    case "bind":
    case "bind-source-addr":
    case "oom-score-adj-values":
    case "latency-tracking-info-percentiles":
    case "replicaof":
      return values.join(" ");
    default:
      return undefined;
  }
}

const words = (values: readonly string[]) => values.join(" ").split(" ").filter(Boolean);

/** In the file each line adds points; an empty one takes all away. */
function savePoints(said: readonly string[], before: string): string {
  if (said.length === 0) return "";
  if (said.length % 2 === 1 || !said.every((word) => /^\d{1,15}$/.test(word)))
    throw new RangeError("Invalid save parameters");
  for (let at = 0; at < said.length; at += 2) if (Number(said[at]) < 1) throw new RangeError("Invalid save parameters");
  return [...words([before]), ...said].join(" ");
}

const CLASSES: Readonly<Record<string, string>> = {
  normal: "normal",
  slave: "slave",
  replica: "slave",
  pubsub: "pubsub",
};

function outputLimits(said: readonly string[], before: string): string {
  if (said.length === 0 || said.length % 4 !== 0)
    throw new RangeError("Wrong number of arguments in buffer limit configuration.");
  const limits = before.split(" ");
  for (let at = 0; at < said.length; at += 4) {
    const [kind = "", hard = "", soft = "", seconds = ""] = said.slice(at, at + 4);
    const name = CLASSES[kind.toLowerCase()];
    if (!name) throw new RangeError("Invalid client class specified in buffer limit configuration.");
    const [hardBytes, softBytes] = [memoryBytes(hard), memoryBytes(soft)];
    if (hardBytes === undefined || softBytes === undefined || !/^\d{1,9}$/.test(seconds))
      throw new RangeError("Error in hard, soft or soft_seconds setting in buffer limit configuration.");
    limits.splice(limits.indexOf(name) + 1, 3, String(hardBytes), String(softBytes), seconds);
  }
  return limits.join(" ");
}
