/** Why a replica has no link to its primary, as far as the settings of both tell: part of `replicaLinkDown`. */
export const replicaLink = {
  tls: ({ own, theirs }: { own: string; theirs: string }) =>
    `tls-replication is ${own} on the replica and ${theirs} on the primary: set it the same on both.`,
  missing: () => "The primary asks for a password (requirepass) and the replica has none to give (masterauth): set it.",
  user: ({ user }: { user: string }) =>
    `The replica signs in as ${user} (masteruser): see that the primary has that user, with the replica's masterauth as its password.`,
  differs: () =>
    "The password that the replica gives (masterauth) is not the one that the primary asks for (requirepass): set it.",
  log: () => "Look at the log of the replica: it says why.",
};
