import { Cluster } from "ioredis";
import { type FaultCluster, settle, startCluster, untilGuarded, untilReplaced, untilWell } from "../cluster";
import { kindOf } from "../engines";
import { sidesOf } from "../half-move";
import { plainKeys, write } from "../keys";
import type { FaultNode } from "../nodes";
import { pictureOf } from "../picture";
import { type Ended, openShell, told } from "../shell";
import { clean, type Kit, type Outcome, type Session, sumOf, type Target, whole, wrongly } from "../target";

const NODE_TIMEOUT_MS = 2000;
/** R4, R5: what a promotion takes, and to open what was open again. */
const MOST_BLIND_MS = NODE_TIMEOUT_MS + 3000;
const SLOTS = 12;
/** Three batches a slot, so that most calls find it half-moved. */
const KEYS_A_SLOT = 280;
const RESUMES = 4;

type Victim = "source" | "target";
type Kill = { readonly victim: Victim; readonly freezes: boolean; readonly mayLose: number };

/** R4, R5: a primary that gives or takes dies in the middle of a slot; its replica has everything that was replicated. */
export const killedSource: Target = {
  name: "R4",
  what: "the source's primary killed in the middle of a slot: nothing is lost, and keys are blind for 5 s at most",
  rounds: 10,
  open: (kit) => open(kit, { victim: "source", freezes: false, mayLose: 0 }),
};
export const killedTarget: Target = {
  name: "R5",
  what: "the target's primary killed in the middle of a slot: nothing is lost, and keys are blind for 5 s at most",
  rounds: 10,
  open: (kit) => open(kit, { victim: "target", freezes: false, mayLose: 0 }),
};
/** R6: what the target's replica never heard is gone with the target; that may be one batch. */
export const frozenReplica: Target = {
  name: "R6",
  what: "the target killed while its replica is frozen: at most one batch of 100 keys is lost",
  rounds: 10,
  open: (kit) => open(kit, { victim: "target", freezes: true, mayLose: 100 }),
};

async function open(kit: Kit, kill: Kill): Promise<Session> {
  const cluster = await startCluster({ ...kit, owners: 3, replicas: 3, doors: true, nodeTimeoutMs: NODE_TIMEOUT_MS });
  const shell = openShell(kit);
  const { owners } = await settle(cluster.nodes);
  const writings = plainKeys({ ranges: [[0, SLOTS - 1]], keysPerSlot: KEYS_A_SLOT });
  const expected = await write(cluster, owners, writings);
  const round = async (): Promise<Outcome> => {
    await untilGuarded(cluster.nodes);
    const before = (await settle(cluster.nodes)).owners;
    const [source, target] = sidesOf(before);
    const eye = openEye(
      cluster,
      writings.filter((_, i) => i % 37 === 0).map(({ name }) => name),
    );
    const victim = kill.victim === "source" ? source : target;
    const replica = kill.freezes ? await replicaOf(cluster, victim.id) : undefined;
    const isAtomic = kindOf(kit.engine).isAtomic;
    const struck = strikes(cluster, { victim, replica, isAtomic, random: kit.random });
    const first = await shell.run(["cluster", "reshard", cluster.entry, "--cluster-to", target.id, ...MOVE], {
      deadlineMs: 90_000,
    });
    await struck.over();
    // Without a file of its own it comes back empty: as the primary that it was, it would empty its replica too.
    await untilReplaced(cluster, victim);
    await victim.start();
    await untilWell(cluster.nodes, 3);
    const last = await goOn(shell, cluster, first);
    const picture = await pictureOf(cluster, expected);
    const blindMs = await eye.close();
    return judge({ kill, picture, last, blindMs, struck: struck.count(), timed: kit.timed });
  };
  return { round, close: cluster.close };
}

const MOVE = ["--ranges", `0-${SLOTS - 1}`, "--yes", "--json"];

type Judged = {
  readonly kill: Kill;
  readonly picture: Outcome;
  readonly last: Ended;
  readonly blindMs: number;
  readonly struck: number;
  readonly timed: boolean;
};

function judge({ kill, picture, last, blindMs, struck, timed }: Judged): Outcome {
  const lost = Math.max(0, picture.lost - kill.mayLose);
  return {
    ...sumOf([
      { ...picture, lost, trouble: lost + picture.open + picture.wrong > 0 ? (picture.trouble ?? []) : [] },
      last.code === 0 || picture.lost > 0 ? clean : wrongly(`not resumed: ${told(last)}`),
      timed && blindMs > MOST_BLIND_MS && picture.lost === 0
        ? wrongly(`keys were blind for ${Math.round(blindMs)} ms`)
        : clean,
    ]),
    figures: { struck, blindMs, lostKeys: picture.lost },
  };
}

type Struck = { count(): number; over(): Promise<void> };
type Strike = {
  readonly victim: FaultNode;
  readonly replica: FaultNode | undefined;
  readonly isAtomic: boolean;
  readonly random: () => number;
};

/** At some call that carries keys. The frozen replica wakes up when its primary is gone, and is all that is left of it. */
function strikes({ gate }: FaultCluster, { victim, replica, isAtomic, random }: Strike): Struck {
  let count = 0;
  let going: Promise<void> = Promise.resolve();
  const strike = async () => {
    count++;
    replica?.freeze();
    if (replica || isAtomic) await new Promise((resolve) => setTimeout(resolve, 20 + random() * 400));
    await victim.kill();
    replica?.thaw();
  };
  gate.reopen();
  gate.set({
    at: isAtomic ? 1 : whole(random, 1, 3 * SLOTS - 2),
    side: "before",
    only: /^(MIGRATE|CLUSTER MIGRAT)/,
    shuts: false,
    reached: () => {
      going = strike();
    },
  });
  return {
    count: () => count,
    over: async () => {
      gate.set(undefined);
      if (count === 0) going = strike();
      await going;
    },
  };
}

async function goOn(shell: ReturnType<typeof openShell>, cluster: FaultCluster, first: Ended): Promise<Ended> {
  let last = first;
  for (let i = 0; i < RESUMES && last.code !== 0; i++) {
    last = await shell.run(["cluster", "resume", cluster.entry, "--json"]);
  }
  return last;
}

async function replicaOf(cluster: FaultCluster, id: string) {
  for (const node of cluster.nodes) {
    const text = String(await node.redis.cluster("NODES"));
    const own = text.split("\n").find((line) => line.includes("myself"));
    if (own?.includes(` ${id} `) && own.includes("slave")) return node;
  }
  return undefined;
}

export type Eye = { close(): Promise<number> };

/** A client that reads keys which are there, again and again; how long one read as missing, or could not be read. */
function openEye(cluster: FaultCluster, names: readonly string[]): Eye {
  const client = new Cluster(
    cluster.nodes.map(({ announced }) => ({ host: "127.0.0.1", port: announced })),
    {
      redisOptions: { commandTimeout: 2000, showFriendlyErrorStack: true },
      clusterRetryStrategy: () => 50,
      slotsRefreshInterval: 300,
    },
  );
  client.on("error", () => {});
  const blindFrom = new Map<string, number>();
  let longestMs = 0;
  let isOpen = true;
  const seen = (name: string, isThere: boolean) => {
    const now = performance.now();
    const from = blindFrom.get(name);
    if (from !== undefined) longestMs = Math.max(longestMs, now - from);
    if (isThere) blindFrom.delete(name);
    else if (from === undefined) blindFrom.set(name, now);
  };
  const looks = (async () => {
    while (isOpen) {
      await Promise.all(
        names.map((name) =>
          client.exists(name).then(
            (count) => seen(name, count === 1),
            () => {},
          ),
        ),
      );
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  })();
  return {
    close: async () => {
      isOpen = false;
      await looks;
      client.disconnect();
      return longestMs;
    },
  };
}
