"use client";
import { Command } from "cmdk";
import { Crosshair, KeyRound, LayoutGrid, Plus, Search, Server } from "lucide-react";
import { useRouter } from "next/navigation";
import { type ReactNode, useState } from "react";
import { useCluster, useClusters, useSession } from "@/components/data/queries";
import { useWords } from "@/components/data/words";
import type { ClusterId } from "@/lib/cluster/node";
import { formatEndpoint } from "@/lib/cluster/node";
import { findSlot } from "@/lib/layout/find-slot";
import { verbs } from "@/lib/plans/plan";
import { roleAllows } from "@/lib/wire/access";
import { clusterScreens } from "./screens";
import { useClusterId } from "./use-cluster-id";

const NODES_SHOWN = 12;

export function PaletteBody({ onDone }: { readonly onDone: () => void }) {
  const words = useWords().shell.palette;
  const router = useRouter();
  const id = useClusterId();
  const [text, setText] = useState("");
  const go = (path: string) => {
    onDone();
    router.push(path);
  };
  return (
    <Command label={words.open} loop shouldFilter>
      <div className="flex items-center gap-2.5 border-b border-line1 px-3.5">
        <Search size={15} strokeWidth={1.8} className="text-ink3" aria-hidden />
        <Command.Input
          autoFocus
          value={text}
          onValueChange={setText}
          placeholder={words.placeholder}
          className="h-11 w-full bg-transparent text-13 text-ink outline-none"
        />
      </div>
      <Command.List className="max-h-[52vh] overflow-y-auto p-1.5 [&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:text-11 [&_[cmdk-group-heading]]:text-ink3">
        <Command.Empty className="px-2 py-6 text-center text-125 text-ink3">{words.nothing}</Command.Empty>
        {id && <SlotRows id={id} text={text} go={go} />}
        {id && <ClusterRows id={id} text={text} go={go} />}
        <OtherRows go={go} />
      </Command.List>
    </Command>
  );
}

type RowsProps = { readonly id: ClusterId; readonly text: string; readonly go: (path: string) => void };

function Row({ value, icon, onSelect, children }: RowProps) {
  return (
    <Command.Item
      value={value}
      onSelect={onSelect}
      className="flex h-8 cursor-default items-center gap-2.5 rounded-[4px] px-2 text-125 text-ink2 data-[selected=true]:bg-bg3 data-[selected=true]:text-ink"
    >
      <span className="text-ink3">{icon}</span>
      {children}
    </Command.Item>
  );
}

type RowProps = {
  readonly value: string;
  readonly icon: ReactNode;
  readonly onSelect: () => void;
  readonly children: ReactNode;
};

/** Whatever is typed can be a key; a number is a slot. The value carries the text, so that the filter keeps it. */
function SlotRows({ id, text, go }: RowsProps) {
  const words = useWords().shell.palette;
  const found = findSlot(text);
  if (found.kind === "nothing") return null;
  const open = () => go(`/clusters/${id}/slots?find=${encodeURIComponent(text.trim())}`);
  return (
    <Command.Group heading={words.onTheMap}>
      <Row
        value={`map ${text}`}
        onSelect={open}
        icon={
          found.kind === "key" ? (
            <KeyRound size={14} strokeWidth={1.6} aria-hidden />
          ) : (
            <Crosshair size={14} strokeWidth={1.6} aria-hidden />
          )
        }
      >
        <span className="min-w-0 flex-1 truncate font-mono text-12">{text.trim()}</span>
        <span className="num text-12 text-ink3">{found.kind === "ranges" ? words.ranges : words.slot(found.slot)}</span>
      </Row>
    </Command.Group>
  );
}

function ClusterRows({ id, text, go }: RowsProps) {
  const words = useWords().shell;
  const { data } = useCluster(id);
  const { data: session } = useSession();
  const typed = text.trim().toLowerCase();
  const nodes = (data?.topology?.nodes ?? []).filter(
    (node) => typed.length > 1 && (formatEndpoint(node.endpoint).includes(typed) || node.id.startsWith(typed)),
  );
  return (
    <>
      <Command.Group heading={words.palette.screens}>
        {clusterScreens.map((screen) => (
          <Row
            key={screen.name}
            value={`go ${words.screens[screen.name]}`}
            icon={<screen.icon size={14} strokeWidth={1.6} aria-hidden />}
            onSelect={() => go(screen.path(id))}
          >
            {words.screens[screen.name]}
          </Row>
        ))}
      </Command.Group>
      {nodes.length > 0 && (
        <Command.Group heading={words.palette.nodes}>
          {nodes.slice(0, NODES_SHOWN).map((node) => (
            <Row
              key={node.id}
              value={`node ${formatEndpoint(node.endpoint)} ${node.id}`}
              icon={<Server size={14} strokeWidth={1.6} aria-hidden />}
              onSelect={() => go(`/clusters/${id}/nodes/${node.id}`)}
            >
              <span className="flex-1 font-mono text-12">{formatEndpoint(node.endpoint)}</span>
              <span className="text-12 text-ink3">{words.roles[node.role]}</span>
            </Row>
          ))}
        </Command.Group>
      )}
      {session && roleAllows(session.role, "operator") && (
        <Command.Group heading={words.palette.wizards}>
          {verbs
            .filter((verb) => verb !== "create")
            .map((verb) => (
              <Row
                key={verb}
                value={`do ${words.operation.verbs[verb]} ${verb}`}
                icon={<Plus size={14} strokeWidth={1.6} aria-hidden />}
                onSelect={() => go(`/clusters/${id}/operations/new/${verb}`)}
              >
                {words.palette.wizard(words.operation.verbs[verb])}
              </Row>
            ))}
        </Command.Group>
      )}
    </>
  );
}

function OtherRows({ go }: Pick<RowsProps, "go">) {
  const words = useWords().shell;
  const { data: clusters = [] } = useClusters();
  return (
    <Command.Group heading={words.screens.clusters}>
      {clusters.map((cluster) => (
        <Row
          key={cluster.id}
          value={`cluster ${cluster.name}`}
          icon={<LayoutGrid size={14} strokeWidth={1.6} aria-hidden />}
          onSelect={() => go(`/clusters/${cluster.id}`)}
        >
          <span className="flex-1">{cluster.name}</span>
          <span className="text-12 text-ink3">{words.environments[cluster.environment]}</span>
        </Row>
      ))}
      <Row
        value={`go ${words.allClusters}`}
        icon={<LayoutGrid size={14} strokeWidth={1.6} aria-hidden />}
        onSelect={() => go("/clusters")}
      >
        {words.allClusters}
      </Row>
      <Row
        value={`do ${words.palette.connect}`}
        icon={<Plus size={14} strokeWidth={1.6} aria-hidden />}
        onSelect={() => go("/clusters/new/connect")}
      >
        {words.palette.connect}
      </Row>
    </Command.Group>
  );
}
