import type { z } from "zod";

type Primitive = string | number | boolean | bigint | symbol | null | undefined;

export type DeepReadonly<T> = unknown extends T
  ? T
  : T extends Primitive
    ? T
    : T extends readonly (infer E)[]
      ? number extends T["length"]
        ? readonly DeepReadonly<E>[]
        : { readonly [K in keyof T]: DeepReadonly<T[K]> }
      : { readonly [K in keyof T]: DeepReadonly<T[K]> };

/** The readonly type that a zod schema describes: every noun of the product is declared once, as a schema. */
export type Of<S extends z.ZodType> = DeepReadonly<z.infer<S>>;

/** Fails to compile when a union has a member that a switch does not handle. */
export function assertNever(value: never): never {
  throw new Error(`unhandled: ${JSON.stringify(value)}`);
}
