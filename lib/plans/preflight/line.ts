import type { Details } from "@/lib/errors";
import { preflight } from "@/lib/words/en/preflight";
import type { PreflightLine } from "../plan";
import type { Context } from "./context";

export type PreflightCode = keyof typeof preflight;
type State = PreflightLine["state"];
/** What the sentence of a code in a state has to be told. */
type Told<C extends PreflightCode, S extends State> =
  (typeof preflight)[C] extends Record<S, (told: infer D) => string> ? (unknown extends D ? Details : D) : never;

export type Verdict = Omit<PreflightLine, "kind">;

/** One row of a verb's table: what is looked at, and how much a failure weighs. No verdict: the row does not apply. */
export type Row = { readonly kind: PreflightLine["kind"]; readonly check: (context: Context) => readonly Verdict[] };

type Check = Row["check"];
export const refuse = (check: Check): Row => ({ kind: "refuse", check });
export const hold = (check: Check): Row => ({ kind: "hold", check });
export const note = (check: Check): Row => ({ kind: "note", check });

export function runTable(table: readonly Row[], context: Context): readonly PreflightLine[] {
  return table.flatMap(({ kind, check }) => check(context).map((verdict) => ({ ...verdict, kind })));
}

function verdict(code: PreflightCode, state: State, details: Details): Verdict {
  const words = preflight[code] as Partial<Record<State, (told: Details) => string>>;
  return { code, state, details, text: words[state]?.(details) ?? code };
}

export const passes = <C extends PreflightCode>(code: C, told: Told<C, "pass">): Verdict =>
  verdict(code, "pass", told as Details);
export const fails = <C extends PreflightCode>(code: C, told: Told<C, "fail">): Verdict =>
  verdict(code, "fail", told as Details);
export const unknown = <C extends PreflightCode>(code: C, told: Told<C, "unknown">): Verdict =>
  verdict(code, "unknown", told as Details);

/** All failures, else the one line that says that all is well. */
export function failuresOr(failures: readonly Verdict[], pass: Verdict): readonly Verdict[] {
  return failures.length > 0 ? failures : [pass];
}
