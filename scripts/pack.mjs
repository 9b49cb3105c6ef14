// @ts-check
/** Makes the VSIX in a folder of its own, so that a development build in dist/ stays as it is. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { chmod, cp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join, posix } from "node:path";
import { createVSIX, listFiles, PackageManager } from "@vscode/vsce";
import { build } from "../esbuild.mjs";
import { collectLinkedFiles } from "./linked-pages.mjs";
import { DIST, ROOT } from "./paths.mjs";
import { createSbom } from "./sbom.mjs";
import { makeScratch } from "./scratch.mjs";
import { collectNotices, collectPackages } from "./third-party.mjs";

/** What .vscodeignore, which lists what is allowed, chooses from. */
const SOURCES = [
  "l10n",
  ".vscodeignore",
  "LICENSE",
  "media",
  "python/rnnlab_probe.py",
  "python/rnnlab_ray.py",
  "python/rnnlab_weights.py",
];
/** VS Code reads them from files with these names in lower case, as vsce writes them. */
const PAGES = ["README.md", "CHANGELOG.md"];
/** The texts of package.json, in English and in other languages. */
const MANIFEST_TEXTS = /^package\.nls(\.[\w-]+)?\.json$/;
/** Of every file in the VSIX. In local time, as a ZIP has no time zone: the same bytes everywhere. */
const FILE_TIME = new Date(2020, 0, 1);

/**
 * @param {string} vsix file to write
 * @param {{ repository?: string | null }} [options] repository: its address, which then is in package.json, and where
 * the links of the pages lead; without one the VSIX holds the files that they lead to
 * @returns {Promise<{ bytes: number, files: string[] }>}
 */
export async function pack(vsix, { repository = null } = {}) {
  const folder = await makeScratch("package");
  try {
    const packages = collectPackages(await build({ production: true, folder: join(folder, "dist") }));
    await cp(join(DIST, "stories.json"), join(folder, "dist", "stories.json"));
    const pages = repository === null ? collectLinkedFiles(ROOT, PAGES) : PAGES;
    const sources = [...SOURCES, ...pages, ...readdirSync(ROOT).filter((name) => MANIFEST_TEXTS.test(name))];
    for (const name of sources)
      if (existsSync(join(ROOT, name))) await cp(join(ROOT, name), join(folder, name), { recursive: true });
    await writeFile(join(folder, "package.json"), manifestWith(repository));
    await writeFile(join(folder, "dist", "third-party-notices.txt"), await collectNotices(packages));
    await writeFile(join(folder, "dist", "sbom.cdx.json"), `${JSON.stringify(createSbom(packages), null, 2)}\n`);
    // With an address they lead to the repository, where no file is renamed.
    if (repository === null)
      for (const page of pages.filter((name) => name.endsWith(".md"))) await renameLinks(folder, page);
    await setModes(folder);
    process.env["SOURCE_DATE_EPOCH"] ??= String(FILE_TIME.getTime() / 1000);
    // Everything is bundled: nothing of node_modules goes along.
    await createVSIX({
      cwd: folder,
      packagePath: vsix,
      dependencies: false,
      ...(repository === null
        ? { allowMissingRepository: true, rewriteRelativeLinks: false }
        : { baseContentUrl: `${repository}/blob/HEAD`, baseImagesUrl: `${repository}/raw/HEAD` }),
    });
    return {
      bytes: (await stat(vsix)).size,
      files: await listFiles({ cwd: folder, packageManager: PackageManager.None }),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Links of a page to those that vsce renames.
 * @param {string} folder
 * @param {string} page relative to it
 */
async function renameLinks(folder, page) {
  const text = await readFile(join(folder, page), "utf8");
  const renamed = text.replace(/(?<=\]\()[^)\s#]+/g, (link) =>
    PAGES.includes(posix.join(posix.dirname(page), link)) ? link.toLowerCase() : link,
  );
  if (renamed !== text) await writeFile(join(folder, page), renamed);
}

/**
 * The same for every file, whatever the umask of who packs.
 * @param {string} folder
 */
async function setModes(folder) {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) await chmod(join(entry.parentPath, entry.name), 0o644);
}

/** @param {string | null} repository */
function manifestWith(repository) {
  const text = readFileSync(join(ROOT, "package.json"), "utf8");
  if (repository === null) return text;
  const addresses = {
    repository: { type: "git", url: `${repository}.git` },
    bugs: { url: `${repository}/issues` },
    homepage: `${repository}#readme`,
  };
  return `${JSON.stringify({ ...JSON.parse(text), ...addresses }, null, 2)}\n`;
}
