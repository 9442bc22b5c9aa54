import type { Settings } from "../parts";

/** Where the parts of the append-only file lie in the node's folder. */
export type AofPaths = { readonly filename: string; readonly manifest: string; readonly of: (name: string) => string };

export function aofPaths(settings: Settings): AofPaths {
  const filename = settings.text("appendfilename");
  const of = (name: string) => `${settings.text("appenddirname")}/${name}`;
  return { filename, manifest: of(`${filename}.manifest`), of };
}
