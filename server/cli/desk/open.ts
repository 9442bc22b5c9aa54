import { cli } from "@/lib/words/en/cli";
import { type Asked, first, UsageError } from "../grammar/asked";
import type { Out } from "../tell/out";
import type { Desk, Looker } from "./desk";
import type { ClusterFolder } from "./folders";
import { addressOf, readReach } from "./reach";

/** For verbs that only look. */
export async function lookFor<T>(asked: Asked, out: Out, look: (looker: Looker) => Promise<T>): Promise<T> {
  const looker = await openLooker(asked, out);
  try {
    return await look(looker);
  } finally {
    await looker.close();
  }
}

async function openLooker(asked: Asked, out: Out): Promise<Looker> {
  const text = first(asked, "cluster");
  if (asked.flags.console !== undefined) {
    const { openRemoteDesk } = await import("./remote");
    return openRemoteDesk(asked.flags, text, out);
  }
  const reach = await readReach(asked.flags, out);
  const { lookAt } = await import("./look");
  return lookAt([addressOf(text)], reach);
}

/** Where the command line keeps what it knows of this cluster: found without a lock, and where possible without a node. */
export async function findFolder(asked: Asked, out: Out): Promise<ClusterFolder> {
  const endpoint = addressOf(first(asked, "cluster"));
  const [{ folderAt, folderOf }, { findMembers }] = await Promise.all([import("./folders"), import("./look")]);
  return folderAt(endpoint) ?? folderOf((await findMembers(endpoint, await readReach(asked.flags, out))).members);
}

/** For verbs that change a cluster that there is. */
export async function openDesk(asked: Asked, out: Out): Promise<Desk> {
  const text = first(asked, "cluster");
  if (asked.flags.console !== undefined) {
    const { openRemoteDesk } = await import("./remote");
    return openRemoteDesk(asked.flags, text, out);
  }
  const endpoint = addressOf(text);
  const reach = await readReach(asked.flags, out);
  const [{ findMembers }, { folderOf }, { openOwnDesk }] = await Promise.all([
    import("./look"),
    import("./folders"),
    import("./own"),
  ]);
  const { seeds, members } = await findMembers(endpoint, reach);
  return openOwnDesk({ folder: folderOf(members), reach, seeds });
}

/** For a cluster that is to be made of these nodes. Answers the name that the own engine gives to it, too. */
export async function openForCreate(asked: Asked, out: Out): Promise<{ readonly desk: Desk; readonly name: string }> {
  const endpoints = (asked.args.nodes ?? []).map(addressOf);
  if (asked.flags.console !== undefined) {
    const { openRemoteDesk } = await import("./remote");
    const name = asked.flags.name ?? `cluster-${endpoints[0]?.port ?? ""}`;
    return { desk: await openRemoteDesk(asked.flags, undefined, out), name };
  }
  if (asked.flags.name !== undefined) throw new UsageError(cli.usage.together({ flag: "--name", with: "--console" }));
  const reach = await readReach(asked.flags, out);
  const [{ newcomersAt }, { newFolder }, { openOwnDesk }] = await Promise.all([
    import("./look"),
    import("./folders"),
    import("./own"),
  ]);
  const folder = newFolder(await newcomersAt(endpoints, reach));
  return { desk: await openOwnDesk({ folder, reach, seeds: [] }), name: folder.name };
}
