/** Longer than this a command is folded at its flags, as one types it. */
const FOLD_AT = 44;

/** One shell command over several lines; a comment stays as it is. */
export function foldCommand(line: string): string {
  if (line.startsWith("#") || line.length <= FOLD_AT) return line;
  return line.replace(/ (--[a-z])/g, " \\\n    $1");
}

/** The request that makes this plan, for a shell: what a script sends to get the same. */
export function curlOf(url: string, body: unknown): readonly string[] {
  const json = JSON.stringify(body).replaceAll("'", "'\\''");
  return [
    `curl -X POST ${url} \\`,
    `    -H "authorization: Bearer $TOKEN" \\`,
    `    -H "content-type: application/json" \\`,
    `    -d '${json}'`,
  ];
}
