import type { ImportWay, Present } from "@/lib/import-source";

/** What the import wizard asks. Part of `wizards.choose`. */
export const importChoices = {
  kind: "From",
  kinds: { server: "Standalone servers", sentinel: "A primary that Sentinels know" },
  kindsText: {
    server: "One, or the shards of a proxy: each is read by itself, and a key on two of them is refused.",
    sentinel: "Asked anew at every connection, so that a failover there is followed.",
  },
  servers: "Servers",
  serversHint: "host:port, several with spaces between",
  sentinels: "Sentinels",
  sentinelsHint: "host:port, all of them",
  name: "Name of the primary",
  nameHint: "as the Sentinels call it",
  unreadable: (text: string) => `${text} is not host:port.`,
  access: "Credentials",
  accessText: "Sealed at once, sent to the sources alone, and never told again. Leave empty where none are wanted.",
  user: "User",
  password: "Password",
  sentinelPassword: "Password of the Sentinels",
  tls: "The sources speak TLS",
  ca: "Certificate of the CA (PEM)",
  anyCertificate: "Accept any certificate",
  seal: "Seal them",
  unsealed: "Not sealed yet, so they are not used.",
  sealed: "Sealed. To change them, enter them again.",
  forget: "Use none",
  way: "What becomes of the source",
  ways: {
    copy: "Copy: it keeps its keys",
    move: "Move: it loses each key that has arrived",
    follow: "Follow: every write comes too, until you cut over",
  } satisfies Record<ImportWay, string>,
  waysText: {
    copy: "Stop its writers first, or what they write meanwhile is not copied; the proof says whether they did.",
    move: "A key leaves when its owner and a replica of it have it, and only if no client has changed it meanwhile.",
    follow:
      "Its clients go on there while the cluster follows. When you cut over its writers are held for a moment, the rest comes over, and you send the clients to the cluster.",
  } satisfies Record<ImportWay, string>,
  present: "Keys that the cluster has with another value",
  presents: {
    refuse: "Refuse them: nothing begins when one is found, and one that turns up later is named",
    keep: "Keep those of the cluster",
    replace: "Replace them; what is replaced is kept here",
  } satisfies Record<Present, string>,
  db: "Database",
  otherDatabases: "Leave behind what is in other databases.",
} as const;
