/** Of backups: what could not be saved, read back or found. Part of `errors`. */
export const backupErrors = {
  backupNotSaved: ({ node, file, reason }: { node: string; file: string; reason: string }) =>
    `The snapshot of ${node} was not saved to ${file}: ${reason} Resume to try again; shards that are saved are kept.`,
  backupNotWritten: ({ file, reason }: { file: string; reason: string }) =>
    `${file} could not be written: ${reason}. Make room or repair the data folder, then resume.`,
  backupFileDamaged: ({ file, reason }: { file: string; reason: string }) =>
    `${file} is not what was saved: ${reason} Do not rely on this backup; take another one.`,
  backupFileMissing: ({ file }: { file: string }) => `${file} is not there. Take another backup.`,
  backupReplicaBehind: ({ node, primary }: { node: string; primary: string }) =>
    `${node} is not in sync with ${primary} now, so its snapshot would be old. Resume when its link is up, or plan again.`,
  backupNodeAstray: ({ node, primary }: { node: string; primary: string }) =>
    `${node} does not belong to the shard of ${primary} any more. Plan again.`,
  backupHistory: ({ node, expected, found }: { node: string; expected: string; found: string }) =>
    `${node} sent a snapshot of another history than its own: expected replication id ${expected}, found ${found}. It was failed over or replaced meanwhile; resume to try again.`,
  backupOwnersChanged: ({ shard, was, now }: { shard: number; was: string; now: string }) =>
    `Slots changed their owner while the shards were saved: shard ${shard} had ${was || "none"}, now ${now || "none"}. Keys may be in two files or in none. Cancel this one and take another backup.`,
  restoreConflict: ({ node, key }: { node: string; key: string }) =>
    `${node} holds ${key} already, with another value than the backup. The cluster was to be empty: restore with "skip" or "replace" instead.`,
  restoreLibraryConflict: ({ node, library }: { node: string; library: string }) =>
    `${node} holds the function library ${library} already, with another code than the backup. The cluster was to be empty: restore with "skip" or "replace" instead.`,
  restoreLibraryRefused: ({ node, library, reason }: { node: string; library: string; reason: string }) =>
    `${node} did not take the function library ${library}: ${reason}. Nothing of the keys was restored yet; remove the cause, then resume.`,
  restoreRefused: ({ node, key, reason }: { node: string; key: string; reason: string }) =>
    `${node} did not take ${key}: ${reason}. What was restored so far stays; resume goes on from there.`,
  restoreNoOwner: ({ slot }: { slot: number }) =>
    `Slot ${slot} has no owner that answers, so its keys have no place. Bring it back, then resume.`,
  restoreVersion: ({ node, version }: { node: string; version: string }) =>
    `What ${node} reads is not known: its version is ${version}.`,
  backupUnknown: ({ backup, clusterId }: { backup: string; clusterId: string }) =>
    `There is no backup ${backup} of cluster ${clusterId}.`,
  backupNotSealed: ({ backup }: { backup: string }) =>
    `Backup ${backup} has no manifest: it was not finished, so nobody knows whether it is whole.`,
} as const;
