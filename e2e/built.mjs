import { build } from "vite";

/** Builds programs of this source, so that they start as they do for a user: `input` gives each its name. */
export function builtBy(root, out, input) {
  return build({
    root,
    configFile: false,
    logLevel: "error",
    resolve: { alias: { "@": root } },
    build: {
      ssr: true,
      outDir: out,
      emptyOutDir: true,
      target: "node20",
      sourcemap: true,
      rollupOptions: { input, output: { entryFileNames: "[name].mjs", chunkFileNames: "[name]-[hash].mjs" } },
    },
  });
}
