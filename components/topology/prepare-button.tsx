"use client";
import { Plus } from "lucide-react";
import { sentenceOf } from "@/components/data/api";
import { keys, useCall } from "@/components/data/queries";
import { useWords } from "@/components/data/words";
import { Button } from "@/components/ui/button";
import { toast } from "@/components/ui/toast";
import { formatEndpoint } from "@/lib/cluster/node";

/** One empty node, prepared and started here, so that there is something to drag. */
export function PrepareButton() {
  const words = useWords().topology.waiting;
  const prepare = useCall("managed.prepare", (client, made) => {
    void client.invalidateQueries({ queryKey: keys.managed });
    const [node] = made;
    if (node) toast({ tone: "ok", title: words.prepared(formatEndpoint(node.endpoint)) });
  });
  return (
    <Button
      size="sm"
      icon={<Plus size={13} strokeWidth={2} aria-hidden />}
      busy={prepare.isPending}
      disabled={prepare.isPending}
      onClick={() =>
        prepare.mutate({ body: { count: 1 } }, { onError: (error) => toast({ tone: "bad", title: sentenceOf(error) }) })
      }
    >
      {words.prepare}
    </Button>
  );
}
