import { setTimeoutWishSchema, type WishOf } from "@/lib/plans/wish";
import { cli } from "@/lib/words/en/cli";
import { type Asked, first, UsageError } from "../grammar/asked";
import { changes } from "./change";

export const setTimeout = changes({ check: wished, wish: ({ asked }) => wished(asked) });

function wished(asked: Asked): WishOf<"set-timeout"> {
  const given = first(asked, "milliseconds");
  const wish = setTimeoutWishSchema.safeParse({ verb: "set-timeout", timeoutMs: Number(given) });
  if (!wish.success) throw new UsageError(cli.usage.milliseconds({ given }));
  return wish.data;
}
