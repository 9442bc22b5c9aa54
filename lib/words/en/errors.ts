import { backupErrors } from "./backup-errors";
import { cliErrors } from "./cli-errors";
import { importErrors } from "./import-errors";
import { operationErrors } from "./operation-errors";
import { planErrors } from "./plan-errors";
import { rdbErrors } from "./rdb-errors";

/** Sentences of OpsError, by its `sentence`. Each names the node or slot, what was expected, and what to do. */
export const errors = {
  unreachable: ({ endpoint, reason }: { endpoint: string; reason: string }) =>
    `${endpoint} cannot be reached: ${reason}. Check that the node runs and that this machine may connect to it.`,
  timedOut: ({ endpoint, afterMs }: { endpoint: string; afterMs: number }) =>
    `${endpoint} gave no answer within ${afterMs} ms.`,
  wrongCredentials: ({ endpoint, reason }: { endpoint: string; reason: string }) =>
    `${endpoint} refused the user name or password: ${reason}`,
  noEngine: ({ install }: { install: string }) => `No server is at hand to run nodes on. ${install}`,
  engineUnusable: ({ path, reason }: { path: string; reason: string }) =>
    `${path} cannot be used as a server: ${reason}. Set SHARDBOARD_ENGINE to a valkey-server or redis-server binary.`,
  portTaken: ({ port, node }: { port: number; node: string }) =>
    `Port ${port} is taken by another program, so ${node} cannot use it. Stop that program or choose another port.`,
  portOutOfRange: ({ port, lowest, highest }: { port: number; lowest: number; highest: number }) =>
    `Port ${port} cannot be used: a node needs a port from ${lowest} to ${highest}, so that its bus port (10000 above) stays below the ports this machine gives to outgoing connections.`,
  noFreePorts: ({ from, count }: { from: number; count: number }) =>
    `There are no ${count} free pairs of client and bus port from ${from} upwards.`,
  configField: ({ field, expected }: { field: string; expected: string }) =>
    `${field} cannot be written to redis.conf: expected ${expected}.`,
  folderTaken: ({ folder }: { folder: string }) =>
    `The folder ${folder} exists already and was not made for this node. Move it away or choose another port.`,
  folderOutside: ({ folder, root }: { folder: string; root: string }) =>
    `The folder ${folder} does not lie inside ${root}; nodes are only kept and deleted there.`,
  folderInUse: ({ folder, pid }: { folder: string; pid: number }) =>
    `Process ${pid} already runs on the folder ${folder}. A second server there would be a clone with the same node id; stop process ${pid} first.`,
  nodeDidNotStart: ({ node, reason }: { node: string; reason: string }) => `${node} did not start: ${reason}`,
  nodeDidNotStop: ({ node, pid, afterMs }: { node: string; pid: number; afterMs: number }) =>
    `${node} (process ${pid}) was asked to stop and still runs after ${afterMs} ms. Look at its log; kill it if it must go now.`,
  nodeNotOurs: ({ node, reason }: { node: string; reason: string }) =>
    `Nothing was signalled: ${reason}. ${node} is only stopped or killed when process, start time, executable and node id are those of its record.`,
  nodeFileLost: ({ node, nodeId, folder }: { node: string; nodeId: string; folder: string }) =>
    `${node} was not started: nodes.conf is missing from ${folder}, so it would come up as a stranger while the cluster still knows it as ${nodeId}. Put the file back, or remove the node from the cluster first.`,
  nodeRunsStill: ({ node }: { node: string }) => `${node} runs. Stop it before its file or its engine is changed.`,
  nodeStillRuns: ({ node }: { node: string }) => `${node} still runs. Stop it before it is deleted.`,
  nodeStillMember: ({ node, clusterId }: { node: string; clusterId: string }) =>
    `${node} is still a member of ${clusterId}. Remove it from the cluster before its folder is deleted.`,
  managedNodeUnknown: ({ id }: { id: string }) => `No node process called ${id} is managed here.`,
  tooManyNodes: ({ has, most }: { has: number; most: number }) =>
    `${has} nodes are managed here already; more than ${most} are not prepared on one machine.`,
  internal: ({ id }: { id: string }) => `Something failed inside the console. Its log tells more under ${id}.`,
  storeFailed: ({ reason }: { reason: string }) => `The console's database could not be used: ${reason}`,
  dataFromNewerConsole: ({ has, wanted }: { has: number; wanted: number }) =>
    `The data folder was written by a newer Shardboard (schema ${has}, this one knows ${wanted}). Start that version, or another data folder.`,
  dataFolderTaken: ({ dataFolder, who }: { dataFolder: string; who: string }) =>
    `Another console uses the data folder ${dataFolder}${who ? ` (${who})` : ""}. Use that one, stop it, or set SHARDBOARD_DATA to another folder.`,
  journalCut: ({ dataFolder, known, begun, path }: JournalCut) =>
    `The journal in ${dataFolder} ends with operation ${known}, but operation ${begun} was begun: its end is lost. Put back the files that belong to it. Where they are gone, look at every cluster with shardboard cluster check, repair what is open with fix, and then delete ${path}.`,
  journalNotMarked: ({ operation, path, reason }: { operation: number; path: string; reason: string }) =>
    `Operation ${operation} was not begun, because ${path} could not be written: ${reason}. Make room or repair the data folder, cancel the operation, and start it again.`,
  dataFolderUnusable: ({ dataFolder, reason }: { dataFolder: string; reason: string }) =>
    `The data folder ${dataFolder} cannot be used: ${reason}. Make it writable for this user, or set SHARDBOARD_DATA to another folder.`,
  keyUnusable: ({ path, reason }: { path: string; reason: string }) =>
    `The key file ${path} cannot be used: ${reason}. Put back the key that belongs to this data folder, or disconnect the clusters and connect them again.`,
  settingInvalid: ({ name, what }: { name: string; what: string }) => `${name} ${what}`,
  notSignedIn: () => "Nobody is signed in. Open the link that `npm start` prints.",
  signInSpent: () => "This sign-in link was used already or is too old. Run `npm start` again: it prints a new one.",
  tooManyGuesses: ({ seconds }: { seconds: number }) => `Too many sign-ins failed. Try again in ${seconds} s.`,
  roleTooLow: ({ name, role, needs }: { name: string; role: string; needs: string }) =>
    `${name} is signed in as ${role}; this needs ${needs}.`,
  rightsDropped: ({ name, needs }: { name: string; needs: string }) =>
    `${name} has done nothing for half an hour and may only look now; this needs ${needs}. Sign in again by a new link of \`npm start\`.`,
  unknownHost: ({ host }: { host: string }) =>
    `This console does not answer to the name ${host || "(none)"}. Use 127.0.0.1 or localhost, or set SHARDBOARD_ORIGIN.`,
  foreignOrigin: () =>
    "This request does not come from a page of this console (Origin). Scripts send a bearer token and no cookie.",
  fieldInvalid: ({ field, reason }: { field: string; reason: string }) => `${field}: ${reason}`,
  ...planErrors,
  addressNotAllowed: ({ endpoint, ip }: { endpoint: string; ip: string }) =>
    `${endpoint} (${ip}) is not an address that this console may connect to: it is link-local, a metadata service, multicast, reserved, the console itself, or outside SHARDBOARD_ALLOW_NETS.`,
  nameNotFound: ({ host, endpoint, reason }: { host: string; endpoint: string; reason: string }) =>
    `The name ${host} was not found (${reason}), so ${endpoint} cannot be reached. Check its spelling, or give the address.`,
  noAddress: ({ endpoint }: { endpoint: string }) =>
    `${endpoint} is no address: nobody in the cluster knows where this node is.`,
  routeUnknown: ({ method, path }: { method: string; path: string }) =>
    `There is no ${method} ${path} here. What there is stands in /api/openapi.json.`,
  clusterUnknown: ({ id }: { id: string }) => `There is no cluster called ${id} here.`,
  notACluster: ({ endpoint }: { endpoint: string }) =>
    `${endpoint} is a standalone server: it answers, but its cluster mode is off (cluster_enabled:0). Give a node of a cluster.`,
  notAServer: ({ endpoint, reason }: { endpoint: string; reason: string }) =>
    `${endpoint} answers, but not as Redis or Valkey does: ${reason}`,
  certificateNotTrusted: ({ endpoint, reason }: { endpoint: string; reason: string }) =>
    `${endpoint} shows a certificate that is not trusted: ${reason}. Give the CA that signed it, or check the name it was made for.`,
  pemUnreadable: ({ part }: { part: string }) =>
    `The ${part} cannot be read. Give it as PEM, from its BEGIN line to its END line; a key without a passphrase.`,
  pemHalf: ({ missing }: { missing: string }) =>
    `A client certificate and its key belong together: the ${missing} is missing.`,
  pemMismatch: () => "The client key is not the key of the client certificate.",
  clientCertificate: ({ endpoint, given, reason }: { endpoint: string; given: boolean; reason: string }) =>
    given
      ? `${endpoint} refuses the client certificate (${reason}). Give one that the CA of its nodes has signed.`
      : `${endpoint} wants a client certificate (${reason}). Give one that the CA of its nodes has signed, with its key.`,
  tlsMismatch: ({ endpoint, tls }: { endpoint: string; tls: boolean }) =>
    tls
      ? `${endpoint} does not speak TLS. Switch TLS off for this cluster, or give the TLS port.`
      : `${endpoint} closes plain connections: it wants TLS. Switch TLS on for this cluster.`,
  callDenied: ({ command, verb }: { command: string; verb?: string }) =>
    verb === undefined
      ? `${command} is not called from here, whoever asks: it is not in the table of commands that leave data, topology and rights as they are.`
      : `${command} is not called as it is, whoever asks. ${verb} does it, with checks before and proof after.`,
  callNeedsPlan: ({ command }: { command: string }) =>
    `${command} changes something on the node: make a plan for it (verb call), look at it, and start it.`,
  notAllowed: ({ endpoint, reason }: { endpoint: string; reason: string }) =>
    `${endpoint} lets this account in but not look: ${reason}`,
  nodeUnknown: ({ node, cluster }: { node: string; cluster: string }) => `${cluster} has no node ${node}.`,
  otherNode: ({ endpoint, expected, found }: { endpoint: string; expected: string; found: string }) =>
    `Another node answers at ${endpoint}: expected ${expected}, found ${found}.`,
  waitedFor: ({ what, afterMs }: { what: string; afterMs: number }) => `Waited ${afterMs} ms for ${what}.`,
  ...operationErrors,
  ...backupErrors,
  ...rdbErrors,
  ...cliErrors,
  ...importErrors,
  seedsDiffer: ({ first, second }: { first: string; second: string }) =>
    `${first} and ${second} do not know each other: they are nodes of two clusters. Connect them one by one.`,
  loading: ({ endpoint }: { endpoint: string }) => `${endpoint} is loading its data.`,
  nobodyAnswers: ({ cluster }: { cluster: string }) => `No node of ${cluster} answers.`,
  cancelled: () => "The wait was broken off.",
  sandboxNotMade: ({ reason }: { reason: string }) => `The sandbox could not be made: ${reason}`,
  disconnectBusy: ({ operation, name }: { operation: number; name: string }) =>
    `Operation ${operation} on ${name} is not over. Wait for its end, or cancel it first.`,
  tooManyTries: ({ tries, seconds }: { tries: number; seconds: number }) =>
    `${tries} connections were tried within a minute. Try again in ${seconds} s.`,
  clusterKnown: ({ endpoint, name }: { endpoint: string; name: string }) =>
    `${endpoint} belongs to ${name}, which is connected already.`,
  tooManyMembers: ({ endpoint, nodes, most }: { endpoint: string; nodes: number; most: number }) =>
    `${endpoint} lists ${nodes} nodes; clusters of more than ${most} are not watched here.`,
} as const;

type JournalCut = {
  readonly dataFolder: string;
  readonly known: number;
  readonly begun: number;
  readonly path: string;
};
