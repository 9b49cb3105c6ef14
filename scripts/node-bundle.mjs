// @ts-check
/** Code of the tests as files that Node runs: for tools that train on all cores, and for their threads. */
import { build } from "esbuild";
import { ROOT } from "./paths.mjs";
import { makeScratch } from "./scratch.mjs";

/**
 * @param {string} purpose
 * @param {Readonly<Record<string, string>>} entryPoints files from the project's folder, by the name of their bundle
 * @returns {Promise<string>} the folder with NAME.js for each, for the time the process runs
 */
export async function bundleForNode(purpose, entryPoints) {
  const folder = await makeScratch(purpose);
  await build({
    absWorkingDir: ROOT,
    entryPoints,
    outdir: folder,
    bundle: true,
    platform: "node",
    format: "cjs",
    mainFields: ["module", "main"],
    logLevel: "warning",
  });
  return folder;
}
