// @ts-check
/** Folders for the time a process runs. */
import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { CACHE } from "./paths.mjs";

/**
 * Makes an empty folder; whoever asks for it deletes it. Those of processes that were killed before they could are deleted here.
 * @param {string} purpose
 * @param {string} [parent] the folder it is in
 * @returns {Promise<string>}
 */
export async function makeScratch(purpose, parent = CACHE) {
  await mkdir(parent, { recursive: true });
  for (const name of await readdir(parent)) {
    const pid = /^scratch-(\d+)-/.exec(name)?.[1];
    if (pid !== undefined && !isRunning(Number(pid))) await rm(join(parent, name), { recursive: true, force: true });
  }
  return mkdtemp(join(parent, `scratch-${process.pid}-${purpose}-`));
}

/** @param {number} pid */
function isRunning(pid) {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
