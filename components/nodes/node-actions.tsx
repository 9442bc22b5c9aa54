"use client";
import { Menu } from "@base-ui/react/menu";
import { EllipsisVertical } from "lucide-react";
import Link from "next/link";
import { useEffect, useRef, useState } from "react";
import { useWords } from "@/components/data/words";
import { cx } from "@/components/ui/cx";
import { toast } from "@/components/ui/toast";
import type { ClusterId } from "@/lib/cluster/node";
import type { ManagedAction } from "@/lib/wire/runtime";
import { type WishDraft, wizardPath } from "@/lib/wire/wizard-link";
import { DeleteNodeDialog } from "./delete-node-dialog";
import { ManagedActDialog } from "./managed-act-dialog";
import type { NodeRow } from "./node-rows";

const item =
  "flex h-7 cursor-default items-center rounded-[4px] px-2 text-125 text-ink2 data-highlighted:bg-bg3 data-highlighted:text-ink max-md:h-11";

/** Which row's menu is open, and the button it hangs on. */
export type MenuTarget = { readonly key: string; readonly button: HTMLElement };

type NodeMenuButtonProps = {
  readonly row: NodeRow;
  readonly onOpen: (target: MenuTarget) => void;
  readonly className?: string;
};

/** Only a button: a menu of its own in each of a thousand rows would make scrolling slow. */
export function NodeMenuButton({ row, onOpen, className }: NodeMenuButtonProps) {
  const words = useWords().nodes.actions;
  return (
    <button
      type="button"
      aria-haspopup="menu"
      aria-label={words.menu(row.address)}
      onClick={(event) => onOpen({ key: row.key, button: event.currentTarget })}
      className={cx(
        "inline-flex size-7 items-center justify-center rounded-control text-ink3 hover:bg-bg3 hover:text-ink max-md:size-11",
        className,
      )}
    >
      <EllipsisVertical size={15} strokeWidth={1.8} aria-hidden />
    </button>
  );
}

type NodeMenuProps = {
  readonly target: MenuTarget | undefined;
  /** The row of the target as it is now: what can be done may change while the menu is open. */
  readonly row: NodeRow | undefined;
  readonly onClose: () => void;
  readonly clusterId: ClusterId;
  readonly mayAct: boolean;
};

type Asked = { readonly row: NodeRow; readonly act: ManagedAction | "delete" };

/** Everything that can be done with a node; what changes the cluster opens its wizard. */
export function NodeMenu({ target, row, onClose, clusterId, mayAct }: NodeMenuProps) {
  const last = useRef<HTMLElement>(null);
  useEffect(() => {
    if (target) last.current = target.button;
  }, [target]);
  const [asked, setAsked] = useState<Asked>();
  const act = asked?.act === "delete" ? undefined : asked?.act;
  const { member, managed, shard } = asked?.row ?? {};
  return (
    <>
      <Menu.Root open={target !== undefined} onOpenChange={(open) => !open && onClose()}>
        <Menu.Portal>
          <Menu.Positioner anchor={target?.button ?? null} side="bottom" align="end" sideOffset={4} className="z-60">
            <Menu.Popup finalFocus={last} className="min-w-48 rounded-panel bg-bg1 p-1 shadow-float outline-none">
              {row && (
                <MenuItems row={row} clusterId={clusterId} mayAct={mayAct} onAsk={(act) => setAsked({ row, act })} />
              )}
            </Menu.Popup>
          </Menu.Positioner>
        </Menu.Portal>
      </Menu.Root>
      {managed && (
        <>
          <ManagedActDialog
            node={managed}
            action={act}
            onClose={() => setAsked(undefined)}
            {...(member ? { member } : {})}
            {...(shard ? { shard } : {})}
          />
          <DeleteNodeDialog node={managed} open={asked?.act === "delete"} onClose={() => setAsked(undefined)} />
        </>
      )}
    </>
  );
}

type MenuItemsProps = Pick<NodeMenuProps, "clusterId" | "mayAct"> & {
  readonly row: NodeRow;
  readonly onAsk: (act: Asked["act"]) => void;
};

function MenuItems({ row, clusterId, mayAct, onAsk }: MenuItemsProps) {
  const words = useWords().nodes.actions;
  const { member, managed } = row;
  const copy = (text: string) =>
    void navigator.clipboard.writeText(text).then(() => toast({ tone: "ok", title: words.copied }));
  return (
    <>
      {member && (
        <Menu.Item className={item} render={<Link href={`/clusters/${clusterId}/nodes/${member.id}`} />}>
          {words.open}
        </Menu.Item>
      )}
      {mayAct &&
        wizardsOf(row).map(({ name, draft }) => (
          <Menu.Item key={name} className={item} render={<Link href={wizardPath(clusterId, draft)} />}>
            {words[name]}
          </Menu.Item>
        ))}
      {mayAct && managed && (
        <>
          <Menu.Separator className="my-1 h-px bg-line1" />
          {actsOf(managed.process.state).map((action) => (
            <Menu.Item key={action} className={item} onClick={() => onAsk(action)}>
              {words[action]}
            </Menu.Item>
          ))}
          {!member && managed.process.state === "stopped" && (
            <Menu.Item className={cx(item, "text-bad")} onClick={() => onAsk("delete")}>
              {words.delete}
            </Menu.Item>
          )}
        </>
      )}
      <Menu.Separator className="my-1 h-px bg-line1" />
      <Menu.Item className={item} onClick={() => copy(row.address)}>
        {words.copyAddress}
      </Menu.Item>
      {member && (
        <Menu.Item className={item} onClick={() => copy(member.id)}>
          {words.copyId}
        </Menu.Item>
      )}
      {!mayAct && <p className="px-2 py-1.5 text-11 text-ink3">{words.viewer}</p>}
    </>
  );
}

export function actsOf(state: "running" | "stopped" | "foreign"): readonly ManagedAction[] {
  if (state === "running") return ["stop", "restart", "kill"];
  return state === "stopped" ? ["start"] : [];
}

type Wizard = { readonly name: "failover" | "replicate" | "remove" | "add"; readonly draft: WishDraft };

function wizardsOf({ member, managed }: NodeRow): readonly Wizard[] {
  if (!member)
    return managed?.process.state === "running"
      ? [{ name: "add", draft: { verb: "add-node", node: { managedId: managed.id } } }]
      : [];
  const remove: Wizard = { name: "remove", draft: { verb: "remove-node", nodeId: member.id } };
  if (member.role === "primary" || member.answer.kind === "silent") return [remove];
  return [
    { name: "failover", draft: { verb: "failover", replicaId: member.id } },
    { name: "replicate", draft: { verb: "replicate", nodeId: member.id } },
    remove,
  ];
}
