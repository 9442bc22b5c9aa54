/** Why moving slots stopped, in one sentence: which node, which slot, what was expected, what to do. */
type At = { readonly node: string; readonly slot: number };

export const stops = {
  hardStop: () => "The console was told to stop at once. What is open is closed first when it starts again.",
  journalFailed: ({ reason }: { reason: string }) =>
    `The journal could not be written (${reason}), so nothing more was sent. Make room or repair the data folder, then resume.`,
  bigKey: ({ slot, key, bytes, limitMs }: { slot: number; key: string; bytes: number; limitMs: number }) =>
    `Key ${key} in slot ${slot} holds about ${bytes} bytes. Moving it would block its node for more than ${limitMs} ms, half of the node timeout. Split or delete the key, or leave the slot where it is.`,
  bigKeysLeft: ({ slots, slot, key, bytes }: { slots: number; slot: number; key: string; bytes: number }) =>
    `${slots === 1 ? "One slot was" : `${slots} slots were`} left where they are and never opened, because of keys too big to move without blocking their node; the first is ${key} in slot ${slot} with about ${bytes} bytes. Everything else has moved.`,
  strayKeysLeft: ({ slots, slot, node, keys }: At & { slots: number; keys: number }) =>
    `${slots === 1 ? "One slot was" : `${slots} slots were`} left where they are: ${node} holds ${keys} keys of slot ${slot}, which it does not own. Look at these keys first; clients would read them instead of the true ones. Everything else has moved.`,
  evictions: ({ node, evicted }: { node: string; evicted: number }) =>
    `${node} evicted ${evicted} keys since the move began. Give it more memory or another policy, then resume.`,
  evictionNear: ({ node, roomMb }: { node: string; roomMb: number }) =>
    `${node} has ${roomMb} MB left before it evicts keys to make room, so nothing more was sent. Give it more memory or another policy, then resume.`,
  targetFull: ({ node, reason }: { node: string; reason: string }) =>
    `${node} takes no more data: ${reason}. Give it memory, then resume.`,
  replicaLost: ({ node, waitedMs }: { node: string; waitedMs: number }) =>
    `No replica of ${node} confirmed the keys that were moved within ${waitedMs} ms. Bring a replica of ${node} back, then resume.`,
  foreignOpen: ({ node, slot, other }: At & { other: string }) =>
    `Slot ${slot} is open on ${node} (${other}) and this operation did not open it. Somebody else moves slots of this cluster; let it end or close it, then resume.`,
  foreignFlag: ({ node, slot, other }: At & { other: string }) =>
    `Slot ${slot} is not as it was when this began: ${node} shows it as going ${other}. Somebody else moves slots that this operation was about to mend; let it end, then resume.`,
  foreignOwner: ({ slot, expected, node }: At & { expected: string }) =>
    `Slot ${slot} should belong to ${expected} and belongs to ${node}. Somebody else changed it; make a new plan.`,
  foreignRanges: ({ node, ranges }: { node: string; ranges: string }) =>
    `${node} gained or lost slots (${ranges}) that this operation does not move. Somebody else changes this cluster; make a new plan.`,
  foreignEpoch: ({ node, before, after }: { node: string; before: number; after: number }) =>
    `The config epoch of ${node} went from ${before} to ${after} without a failover of ours. Look who changes this cluster, then resume.`,
  epochNotKnown: ({ node, source, epoch, known }: { node: string; source: string; epoch: number; known: number }) =>
    `${node} believes that ${source} has config epoch ${known}, ${source} itself says ${epoch}. Until they agree, handing over a slot could wipe it. Check the links between them, then resume.`,
  epochNotAbove: ({ node, source }: { node: string; source: string }) =>
    `${node} took its slots without rising above ${source}'s config epoch. Both were told the same owner at once; look at the slots before going on.`,
  ownerFlaps: ({ node, changes }: { node: string; changes: number }) =>
    `The primaries around ${node} changed ${changes} times within 5 minutes. Find out why they fail over, then resume.`,
  unreachable: ({ node, waitedMs, reason }: { node: string; waitedMs: number; reason: string }) =>
    `${node} is neither reachable nor replaced by a replica after ${waitedMs} ms (${reason}). Bring it back, then resume.`,
  minority: ({ node, waitedMs }: { node: string; waitedMs: number }) =>
    `${node} says cluster_state:fail for ${waitedMs} ms: it does not see a majority, or slots are uncovered. Bring the missing nodes back, then resume.`,
  keyConflict: ({ slot, key, source, target }: { slot: number; key: string; source: string; target: string }) =>
    `Key ${key} in slot ${slot} has one value on ${source} and another on ${target}, and ${source} was not the primary when the slot was opened, so neither is surely the newer. Compare them, delete one, then resume.`,
  keysOnBoth: ({
    keys,
    slot,
    key,
    source,
    target,
  }: {
    keys: number;
    slot: number;
    key: string;
    source: string;
    target: string;
  }) =>
    `${keys === 1 ? "One key has" : `${keys} keys have`} one value on ${source} and another on ${target}, the owner; the first is ${key} in slot ${slot}. Both were left as they are, everything else has been brought home. Compare them; then cancel this, and export or delete what ${source} holds.`,
  refused: ({ node, slot, reason }: At & { reason: string }) =>
    `${node} refused to go on at slot ${slot}: ${reason}. Remove the cause, then resume.`,
  notLetIn: ({ node, reason }: { node: string; reason: string }) =>
    `${node} did not let the console in: ${reason}. Correct the credentials of this cluster, then resume.`,
  foreignTask: ({ node, ranges, task }: { node: string; ranges: string; task: string }) =>
    `An atomic migration of slots ${ranges} runs on ${node} (task ${task}), and this operation did not start it. Somebody else moves slots of this cluster; let it end or cancel it, then resume.`,
  taskRefused: ({ node, slot, reason }: At & { reason: string }) =>
    `${node} did not begin to move slot ${slot} and those with it: ${reason}. Nothing has changed. Remove the cause, then resume.`,
  taskCancelled: ({ node, ranges, task }: { node: string; ranges: string; task: string }) =>
    `Somebody cancelled the atomic migration of slots ${ranges} on ${node} (task ${task}). These slots are all with their source, nothing is open. Resume to start it again.`,
  taskFailed: ({
    node,
    ranges,
    task,
    tries,
    reason,
  }: {
    node: string;
    ranges: string;
    task: string;
    tries: number;
    reason: string;
  }) =>
    `The atomic migration of slots ${ranges} failed ${tries} times on ${node} (last task ${task}: ${reason}). These slots are all with their source, nothing is open. Remove the cause, then resume.`,
  notEmptied: ({ node, keys, waitedMs }: { node: string; keys: number; waitedMs: number }) =>
    `The slots have changed hands, but ${node} still holds ${keys} keys of them and deleted none for ${waitedMs} ms. They are not served to anybody. Look at its log, then resume.`,
  wayGone: ({ node, reason }: { node: string; reason: string }) =>
    `${node} does not know atomic migration any more (${reason}), and this operation was planned with it. Make a new plan.`,
  noProgress: ({ slot, reason, waitedMs }: { slot: number; reason: string; waitedMs: number }) =>
    `Slot ${slot} came no further within ${waitedMs} ms; the last trouble was: ${reason}.`,
} as const;
