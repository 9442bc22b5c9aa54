import type { NodeParts } from "../parts";
import type { ValueCodec } from "../replication/value-codec";
import { aofCommands, BadAof } from "./aof-commands";
import { type AofPaths, aofPaths } from "./aof-paths";
import { type Manifest, readManifest, writeManifest } from "./manifest";
import { loadRdb } from "./rdb-file";

export type LoadedAof = { readonly manifest: Manifest; readonly baseBytes: number; readonly bytes: number };

const RDB_MAGIC = "REDIS";

/**
 * Base and increments in their order. A file that ends within a command, or within MULTI and EXEC, is cut there if
 * aof-load-truncated says so. Undefined: there is none. Throws with redis' sentence where it is damaged.
 */
export function loadAof(node: NodeParts, codec: ValueCodec): LoadedAof | undefined {
  const { world, settings } = node;
  const paths = aofPaths(settings);
  const written = world.disk.read(paths.manifest) ?? upgraded(node, paths);
  if (!written) return undefined;
  const manifest = readManifest(written);
  const { base, increments } = manifest;
  const files = [...(base ? [base] : []), ...increments];
  let [baseBytes, bytes] = [0, 0];
  files.forEach(({ name }, index) => {
    const file = world.disk.read(paths.of(name));
    if (!file && index < files.length - 1 && files[index] === base)
      throw new Error(`The AOF file ${name} doesn't exist`);
    if (file) new AofFile(node, paths, name).load(file, codec, index === files.length - 1);
    bytes += file?.length ?? 0;
    if (files[index] === base) baseBytes = file?.length ?? 0;
  });
  world.log("notice", `DB loaded from append only file: ${files.length} files`);
  return { manifest, baseBytes, bytes };
}

class AofFile {
  readonly #node: NodeParts;
  readonly #paths: AofPaths;
  readonly #name: string;

  constructor(node: NodeParts, paths: AofPaths, name: string) {
    this.#node = node;
    this.#paths = paths;
    this.#name = name;
  }

  load(file: Buffer, codec: ValueCodec, isLast: boolean): void {
    const { world, settings, keyspace } = this.#node;
    const { filename, of } = this.#paths;
    let good = 0;
    try {
      if (file.toString("latin1", 0, RDB_MAGIC.length) === RDB_MAGIC)
        good = loadRdb(file, { keyspace, codec, now: undefined }, true).bytes;
      good = this.#replay(file, good);
    } catch (error) {
      if (!(error instanceof BadAof)) throw error;
      throw new Error(
        `Bad file format reading the append only file ${this.#name}: ${error.message}. Make a backup of it, then use redis-check-aof --fix ${filename}.manifest`,
      );
    }
    if (good === file.length) return;
    if (!isLast || !settings.isOn("aof-load-truncated"))
      throw new Error(
        `Unexpected end of file reading the append only file ${this.#name}. You can: 1) Make a backup of your AOF file, then use redis-check-aof --fix ${filename}.manifest. 2) Alternatively you can set the 'aof-load-truncated' configuration option to yes and restart the server.`,
      );
    world.log("warning", `!!! Warning: short read while loading the AOF file ${this.#name}!!!`);
    world.log("warning", `Truncating the AOF ${this.#name} at offset ${good}`);
    world.disk.write(of(this.#name), file.subarray(0, good));
  }

  /**
   * Where the last command ends that is whole, and not inside a transaction that is not. Nothing expires meanwhile, as under a
   * primary's stream: what was done to a key before its time must find it.
   */
  #replay(file: Buffer, from: number): number {
    const client = this.#node.inner();
    client.kind = "primary";
    let good = from;
    for (const { args, end } of aofCommands(file, from)) {
      const refusal = this.#node.refusalOf(args);
      if (refusal !== undefined)
        throw new Error(
          `What the append only file ${this.#name} holds at byte ${good} cannot be done here: ${refusal}`,
        );
      this.#node.execute(client, args);
      if (client.transaction === undefined) good = end;
    }
    return good;
  }
}

/** A single file, as it was before 7.0, becomes the base. */
function upgraded({ world }: NodeParts, { filename, manifest, of }: AofPaths): Buffer | undefined {
  const { disk } = world;
  const single = disk.read(filename);
  if (!single) return undefined;
  const made: Manifest = { base: { name: filename, sequence: 1 }, increments: [] };
  disk.write(of(filename), single);
  const written = writeManifest(made);
  disk.write(manifest, written);
  disk.remove(filename);
  return written;
}
