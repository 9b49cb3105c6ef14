/** The command line as it ships, for tests that run it as a process of its own. */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

export const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

/**
 * Bundles `cli.js` and the threads that it needs into a new folder, which the caller removes.
 * @param threads their scripts, by the name that the command line starts each by
 */
export async function bundleCli(threads: Readonly<Record<string, string>>): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "rnn-lab-cli-"));
  const entryPoints = { cli: "src/cli.ts", ...threads };
  await build({
    entryPoints: Object.fromEntries(Object.entries(entryPoints).map(([name, path]) => [name, join(ROOT, path)])),
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node20",
    mainFields: ["module", "main"],
    outdir: folder,
    logLevel: "error",
  });
  return folder;
}
