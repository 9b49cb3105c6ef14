// @ts-check
/** Making virtual environments of Python. */
import { mkdir, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { run } from "./processes.mjs";
import { pythonIn, runPython } from "./python.mjs";
import { makeScratch } from "./scratch.mjs";

const SYSTEM_PYTHON = process.platform === "win32" ? "python" : "python3";

/**
 * Makes it beside its place and moves it there when it is complete, so that an interrupted installation is never used.
 * @param {string} folder
 * @param {readonly string[]} packages
 * @param {string} importAll code that fails where something is missing
 */
export async function makeEnvironment(folder, packages, importAll) {
  checkSystemPython();
  await mkdir(dirname(folder), { recursive: true });
  const unfinished = await makeScratch("python", dirname(folder));
  try {
    await run(SYSTEM_PYTHON, ["-m", "venv", unfinished]);
    const python = pythonIn(unfinished);
    await run(python, ["-m", "pip", "install", "--quiet", "--upgrade", ...packages]);
    const { failure } = runPython(python, importAll);
    if (failure !== null) throw new Error(`The new environment cannot import its packages: ${failure}`);
    await rm(folder, { recursive: true, force: true });
    await rename(unfinished, folder);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

function checkSystemPython() {
  const { failure } = runPython(SYSTEM_PYTHON, "import venv, ensurepip");
  if (failure !== null)
    throw new Error(
      `${SYSTEM_PYTHON} cannot make virtual environments (${failure}). ` +
        "Install Python 3.11 or newer with its venv and ensurepip modules (on Debian: python3-venv).",
    );
}
