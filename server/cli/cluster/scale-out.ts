import { addressOf } from "../desk/reach";
import type { Asked } from "../grammar/asked";
import { changes, paceOf } from "./change";

/** Each word is a shard: its primary, and behind plus signs its replicas. */
export const scaleOut = changes({
  check: shardsIn,
  wish: ({ asked }) => ({ verb: "scale-out", shards: shardsIn(asked), ...paceOf(asked) }),
});

function shardsIn({ args }: Asked) {
  return (args.shards ?? []).map((given) => {
    const [primary = "", ...replicas] = given.split("+");
    const newcomer = (text: string) => ({ endpoint: addressOf(text) });
    return { primary: newcomer(primary), replicas: replicas.map(newcomer) };
  });
}
