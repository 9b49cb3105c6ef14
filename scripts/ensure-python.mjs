// @ts-check
/**
 * npm run python [-- FOLDER]: makes the virtual environment that tests and benches compare with, in
 * .vscode-test/python or in FOLDER. One that can import its packages stays as it is; one that lacks some gets them, and
 * a broken one is made anew.
 * For newer packages delete the folder first.
 */
import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { readCommandLine } from "./command-line.mjs";
import { run } from "./processes.mjs";
import { PYTHON_FOLDER, PYTHON_PACKAGES, pythonIn, runPython } from "./python.mjs";
import { makeScratch } from "./scratch.mjs";

const SYSTEM_PYTHON = process.platform === "win32" ? "python" : "python3";

const IMPORT_ALL = `import ${PYTHON_PACKAGES.join(", ")}`;
const PRINT_VERSIONS = `
from importlib.metadata import version
print(*(f"{name} {version(name)}" for name in ${JSON.stringify(PYTHON_PACKAGES)}), sep=", ")`;

const { positionals } = readCommandLine(import.meta.url, { allowPositionals: true });
const folder = resolve(positionals[0] ?? PYTHON_FOLDER);
try {
  let failure = existsSync(folder) ? runPython(pythonIn(folder), IMPORT_ALL).failure : "not made yet";
  if (failure?.startsWith("ModuleNotFoundError")) {
    console.log(`Adding to ${folder} what it lacks (${failure})`);
    failure = await add();
  }
  if (failure !== null) {
    console.log(`Making ${folder} with ${PYTHON_PACKAGES.join(", ")} (${failure})`);
    await make();
  }
  console.log(`${pythonIn(folder)}: ${runPython(pythonIn(folder), `${IMPORT_ALL}\n${PRINT_VERSIONS}`).output}`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

/** @returns why it still cannot be used; null when it can */
async function add() {
  try {
    await run(pythonIn(folder), ["-m", "pip", "install", "--quiet", ...PYTHON_PACKAGES]);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return runPython(pythonIn(folder), IMPORT_ALL).failure;
}

/**
 * Makes it beside its place and moves it there when it is complete, so that an interrupted installation is never used.
 */
async function make() {
  checkSystemPython();
  await mkdir(dirname(folder), { recursive: true });
  const unfinished = await makeScratch("python", dirname(folder));
  try {
    await run(SYSTEM_PYTHON, ["-m", "venv", unfinished]);
    const python = pythonIn(unfinished);
    await run(python, ["-m", "pip", "install", "--quiet", "--upgrade", ...PYTHON_PACKAGES]);
    const { failure } = runPython(python, IMPORT_ALL);
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
