import { addressOf } from "../desk/reach";
import { first } from "../grammar/asked";
import { changes } from "./change";

export const meet = changes({
  check: (asked) => addressOf(first(asked, "newcomer")),
  wish: ({ asked }) => ({ verb: "meet", node: { endpoint: addressOf(first(asked, "newcomer")) } }),
});
