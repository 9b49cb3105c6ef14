// @ts-check
/** Makes the VSIX in a folder of its own, so that a development build in dist/ stays as it is. */
import { existsSync, readdirSync } from "node:fs";
import { cp, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createVSIX, listFiles, PackageManager } from "@vscode/vsce";
import { build } from "../esbuild.mjs";
import { DIST, ROOT } from "./paths.mjs";
import { makeScratch } from "./scratch.mjs";
import { collectNotices } from "./third-party.mjs";

/** What .vscodeignore, which lists what is allowed, chooses from. */
const SOURCES = ["package.json", "l10n", ".vscodeignore", "README.md", "CHANGELOG.md", "LICENSE", "media"];
/** The texts of package.json, in English and in other languages. */
const MANIFEST_TEXTS = /^package\.nls(\.[\w-]+)?\.json$/;

/**
 * @param {string} vsix file to write
 * @returns {Promise<{ bytes: number, files: string[] }>}
 */
export async function pack(vsix) {
  const folder = await makeScratch("package");
  try {
    const inputs = await build({ production: true, folder: join(folder, "dist") });
    await cp(join(DIST, "stories.json"), join(folder, "dist", "stories.json"));
    const sources = [...SOURCES, ...readdirSync(ROOT).filter((name) => MANIFEST_TEXTS.test(name))];
    for (const name of sources)
      if (existsSync(join(ROOT, name))) await cp(join(ROOT, name), join(folder, name), { recursive: true });
    await writeFile(join(folder, "dist", "third-party-notices.txt"), await collectNotices(inputs));
    // Everything is bundled: nothing of node_modules goes along.
    await createVSIX({
      cwd: folder,
      packagePath: vsix,
      dependencies: false,
      allowMissingRepository: true,
      rewriteRelativeLinks: false,
    });
    return {
      bytes: (await stat(vsix)).size,
      files: await listFiles({ cwd: folder, packageManager: PackageManager.None }),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
