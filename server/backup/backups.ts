import { readdir, statfs } from "node:fs/promises";
import { join } from "node:path";
import { type BackupRef, backupIdSchema } from "@/lib/backup-ref";
import type { ClusterId } from "@/lib/cluster/node";
import { isOpsError } from "@/lib/errors";
import type { Operation } from "@/lib/operation";
import type { BackupManifest, BackupSummary } from "@/lib/wire/backups";
import { refuse } from "@/server/refuse";
import { BackupFolder } from "./backup-folder";
import { isMissing } from "./files";

/** The backups of this console: `<data folder>/backups/<cluster>/<time>-<operation>`. */
export class Backups {
  readonly #dataFolder: string;

  constructor(dataFolder: string) {
    this.#dataFolder = dataFolder;
  }

  /** Every life of the console finds the same folder for an operation. */
  ofOperation({ id, clusterId, createdMs }: Pick<Operation, "id" | "clusterId" | "createdMs">): BackupFolder {
    const time = new Date(createdMs).toISOString().replace(/[-:]|\.\d+/g, "");
    return this.#folder(clusterId, `${time}-${id}`);
  }

  of({ clusterId, id }: BackupRef): BackupFolder {
    return this.#folder(clusterId, id);
  }

  /** Newest first. */
  async list(clusterId: ClusterId): Promise<readonly BackupSummary[]> {
    const names = await readdir(this.#home(clusterId)).catch((error: unknown) => {
      if (isMissing(error)) return [];
      throw error;
    });
    const ids = names.filter((name) => backupIdSchema.safeParse(name).success).sort();
    return Promise.all(ids.reverse().map((id) => this.#summary(this.#folder(clusterId, id))));
  }

  /** Throws OpsError `not_found` when there is none, or none that was finished. */
  async read(clusterId: ClusterId, backup: string): Promise<BackupManifest> {
    const known = await this.list(clusterId);
    if (!known.some(({ id }) => id === backup)) throw refuse("not_found", "backupUnknown", { backup, clusterId });
    const manifest = await this.#folder(clusterId, backup).manifest();
    if (manifest) return manifest;
    throw refuse("not_found", "backupNotSealed", { backup });
  }

  /** Undefined where the system does not tell. */
  async freeBytes(): Promise<number | undefined> {
    const told = await statfs(this.#dataFolder).catch(() => undefined);
    return told && told.bavail * told.bsize;
  }

  async #summary(folder: BackupFolder): Promise<BackupSummary> {
    const base = { id: folder.id, createdMs: createdMsOf(folder.id), operationId: Number(folder.id.split("-")[1]) };
    try {
      const manifest = await folder.manifest();
      if (!manifest) return { ...base, state: "partial" };
      const { createdMs, shards, keys, bytes } = manifest;
      return { ...base, createdMs, state: "sealed", shards: shards.length, keys, bytes };
    } catch (error) {
      if (!isOpsError(error)) throw error;
      return { ...base, state: "unreadable" };
    }
  }

  #home(clusterId: ClusterId): string {
    return join(this.#dataFolder, "backups", clusterId);
  }

  #folder(clusterId: ClusterId, id: string): BackupFolder {
    return new BackupFolder(join(this.#home(clusterId), id), id);
  }
}

const createdMsOf = (id: string): number =>
  Date.parse(id.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z.*/, "$1-$2-$3T$4:$5:$6Z"));
