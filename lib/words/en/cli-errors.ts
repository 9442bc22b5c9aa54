/** Refusals of the command line: part of `errors`. */
export const cliErrors = {
  cliBusy: ({ what }: { what: string }) =>
    `Another shardboard works on this cluster from this machine${what ? ` (${what})` : ""}. Wait for its end, or stop it by Ctrl-C there.`,
  cliFolderBusy: ({ dataFolder, who }: { dataFolder: string; who: string }) =>
    `The data folder ${dataFolder} is in use${who ? ` (${who})` : ""}. If a console runs there, ask it: --console URL; or set SHARDBOARD_DATA to another folder.`,
  cliNodeUnknown: ({ given }: { given: string }) =>
    `No member is called ${given}: give a node id, the unique beginning of one, or its host:port.`,
  cliNodeAmbiguous: ({ given, matches }: { given: string; matches: readonly string[] }) =>
    `${given} may be ${matches.join(" or ")}: give more of the id.`,
  sandboxSlotUnowned: ({ slot }: { slot: number }) =>
    `Slot ${slot} of the sandbox belongs to nobody, so its keys have no place. Repair it first: shardboard cluster fix.`,
  cliNothingToResume: () => "No operation of this cluster waits to go on.",
  cliOperationUnknown: ({ given }: { given: string }) => `There is no operation ${given} on this cluster.`,
  cliConsole: ({ url, reason }: { url: string; reason: string }) => `The console at ${url} cannot be asked: ${reason}.`,
  cliClusterUnknown: ({ given, url }: { given: string; url: string }) =>
    `The console at ${url} knows no cluster with a node ${given}, nor one of that name. Connect it there first.`,
  cliNoPicture: ({ cluster }: { cluster: string }) => `No node of ${cluster} has answered the console yet.`,
} as const;
