// @ts-check
/** The VS Code server from npm, installed once into the cache. */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { copyFile, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { CACHE, ROOT } from "./paths.mjs";
import { npm } from "./processes.mjs";
import { makeScratch } from "./scratch.mjs";

const MANIFEST = join(ROOT, "scripts", "vscode-server");
const FILES = ["package.json", "package-lock.json"];

/**
 * Installs on first use, about 15 s. The folder gets its name only when all is in it, so an interrupted install leaves
 * nothing to mistake for one.
 * @returns {Promise<string>} the server's main file
 */
export async function ensureVscodeServer() {
  const lock = await readFile(join(MANIFEST, "package-lock.json"));
  const folder = join(CACHE, `server-${createHash("sha256").update(lock).digest("hex").slice(0, 12)}`);
  const main = join("node_modules", "code-server", "lib", "vscode", "out", "server-main.js");
  if (existsSync(join(folder, main))) return join(folder, main);

  console.log("Installing the VS Code server from npm (once, about 600 MB on disk)…");
  const partial = await makeScratch("server");
  try {
    for (const file of FILES) await copyFile(join(MANIFEST, file), join(partial, file));
    // No install scripts: they would build native modules, which the server can do without.
    await npm(["ci", "--ignore-scripts"], { cwd: partial, quiet: true });
    await npm(["install", "--omit=dev", "--ignore-scripts"], {
      cwd: join(partial, "node_modules", "code-server", "lib", "vscode"),
      quiet: true,
    });
    await rename(partial, folder).catch((error) => {
      if (!existsSync(join(folder, main))) throw error; // else another command was faster
    });
  } catch (error) {
    throw new Error("The VS Code server could not be installed. Is the npm registry reachable (npm ping)?", {
      cause: error,
    });
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
  return join(folder, main);
}
