"use client";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { call } from "@/components/data/api";
import type { ClusterId } from "@/lib/cluster/node";
import { formatRanges, type SlotRanges } from "@/lib/cluster/slots";
import type { Measure } from "@/lib/wire/clusters";

/** Only when the hand rests: a measurement reads from the nodes. */
const REST_MS = 350;

function useRested<T>(value: T, delayMs: number): T {
  const [rested, setRested] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setRested(value), delayMs);
    return () => clearTimeout(timer);
  }, [value, delayMs]);
  return rested;
}

/** Bytes and biggest keys of a selection, once it stays as it is. `isCurrent`: it is of this selection. */
export function useMeasure(id: ClusterId, ranges: SlotRanges, options: { readonly enabled: boolean }) {
  const text = formatRanges(ranges, "-");
  const rested = useRested(text, REST_MS);
  const query = useQuery<Measure>({
    queryKey: ["slot-measure", id, rested],
    queryFn: ({ signal }) => call("slots.measure", { params: { clusterId: id }, body: { ranges }, signal }),
    enabled: options.enabled && rested === text && rested !== "",
    placeholderData: keepPreviousData,
    staleTime: 60_000,
    gcTime: 60_000,
  });
  const isCurrent = rested === text && !query.isPlaceholderData && query.data !== undefined;
  return { measure: text === "" ? undefined : query.data, isCurrent, error: query.error };
}
