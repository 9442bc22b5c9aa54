import type { RouteInput } from "@/lib/wire/routes";
import type { maxmemoryPolicies } from "@/lib/wire/runtime";

export type PrepareForm = {
  readonly count: number;
  readonly port: number | undefined;
  readonly maxMemoryMiB: number;
  readonly policy: (typeof maxmemoryPolicies)[number];
  readonly nodeTimeoutMs: number;
  readonly appendOnly: boolean;
  readonly password: string;
};

export const emptyPrepare: PrepareForm = {
  count: 2,
  port: undefined,
  maxMemoryMiB: 0,
  policy: "noeviction",
  nodeTimeoutMs: 5000,
  appendOnly: true,
  password: "",
};

const MIB = 1024 * 1024;

/** Undefined while the port cannot be one. */
export function preparedBody(form: PrepareForm): RouteInput<"managed.prepare"> | undefined {
  if (form.port !== undefined && (form.port < 1024 || form.port > 55_535)) return undefined;
  return {
    count: form.count,
    ...(form.port === undefined ? {} : { port: form.port }),
    fields: {
      ...(form.maxMemoryMiB > 0 ? { maxmemoryBytes: form.maxMemoryMiB * MIB } : {}),
      maxmemoryPolicy: form.policy,
      nodeTimeoutMs: form.nodeTimeoutMs,
      appendonly: form.appendOnly,
      ...(form.password === "" ? {} : { password: form.password }),
    },
    start: true,
  };
}
