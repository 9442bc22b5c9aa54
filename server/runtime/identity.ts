import { basename } from "node:path";
import { type NodeId, nodeIdSchema } from "@/lib/cluster/node";
import { type Dial, Link } from "@/server/link";
import { realEngine } from "./engines";
import { readMyself } from "./nodes-file";
import { type ProcessFacts, processTable } from "./process-table";

/**
 * Whether the process of a record is still the node of that record. It is asked before any signal (FAULTS 79), because
 * a pid comes back under another program, and a port may be answered by another node.
 *
 * 1. The pid lives, and began when the record says. This alone is never enough to signal.
 * 2. Its executable is the recorded engine.
 * 3. It answers CLUSTER MYID on the recorded port with the recorded id, or with the id in the nodes.conf of the
 *    recorded folder (CLUSTER RESET HARD gives a node a new one, which it writes there first).
 * 4. A node that hangs answers nothing, and just that one may have to be killed: instead of 3 its working folder must
 *    be the recorded one. Where the system does not tell working folders (no /proc), a silent node is not ours.
 *
 * Not guaranteed: that the process is still there a moment later. The gap between this look and the signal is a few
 * milliseconds, in which a pid would have to end and be given out again.
 */
export type Suspect = {
  readonly pid: number;
  /** Undefined: the pid comes from the node's own pid file, which tells no start; its folder must not be another one. */
  readonly started: string | undefined;
  readonly enginePath: string;
  readonly folder: string;
  readonly nodeId: NodeId | undefined;
  readonly dial: Dial;
};

export type Judgement =
  | { readonly kind: "ours"; readonly facts: ProcessFacts; readonly nodeId: NodeId | undefined }
  | { readonly kind: "gone" }
  | { readonly kind: "foreign"; readonly reason: string };

const ASK_MS = 1000;

export async function judge(suspect: Suspect): Promise<Judgement> {
  const { pid, started, folder } = suspect;
  const facts = await processTable.read(pid);
  if (!facts) return { kind: "gone" };
  const reason = await mismatch(facts, started, suspect.enginePath);
  if (reason) return { kind: "foreign", reason };
  const isInFolder = facts.cwd === folder;
  if (started === undefined && facts.cwd !== undefined && !isInFolder)
    return { kind: "foreign", reason: `process ${pid} works in another folder` };

  const saysId = await askId(suspect.dial);
  if (saysId === undefined) {
    if (isInFolder) return { kind: "ours", facts, nodeId: suspect.nodeId };
    return { kind: "foreign", reason: `process ${pid} does not answer, so that its node id cannot be compared` };
  }
  const onDisk = (await readMyself(folder))?.id;
  if (saysId === suspect.nodeId || saysId === onDisk) return { kind: "ours", facts, nodeId: saysId };
  const expected = suspect.nodeId ?? onDisk ?? "an id that is not known yet";
  return { kind: "foreign", reason: `port ${suspect.dial.endpoint.port} answers as node ${saysId}, not ${expected}` };
}

/** Steps 1 and 2 alone: enough to show a process, not to signal it. */
export async function mismatch(
  facts: ProcessFacts,
  started: string | undefined,
  enginePath: string,
): Promise<string | undefined> {
  if (started !== undefined && facts.started !== started)
    return `process ${facts.pid} is another program now; the pid was given out again`;
  if (!(await runsEngine(facts, enginePath)))
    return `process ${facts.pid} runs ${facts.exe || "an executable that cannot be seen"}, not ${enginePath}`;
  return undefined;
}

/** Full paths are compared where the system tells them, bare names elsewhere: the link's or its target's. */
export async function runsEngine(facts: ProcessFacts, enginePath: string): Promise<boolean> {
  const real = await realEngine(enginePath);
  if (facts.exe.startsWith("/")) return facts.exe === real;
  return facts.exe !== "" && [basename(enginePath), basename(real)].includes(facts.exe);
}

async function askId(dial: Dial): Promise<NodeId | undefined> {
  let link: Link | undefined;
  try {
    link = await Link.open({ ...dial, connectTimeoutMs: ASK_MS, timeoutMs: ASK_MS });
    return nodeIdSchema.safeParse(await link.call(["CLUSTER", "MYID"])).data;
  } catch {
    return undefined;
  } finally {
    link?.close();
  }
}
