// @ts-check
/**
 * npm run python [-- FOLDER]: makes the virtual environment that tests and benches compare with, in
 * .vscode-test/python or in FOLDER. One that can import its packages stays as it is; one that lacks some gets them, and
 * a broken one is made anew.
 * For newer packages delete the folder first.
 */
import { existsSync } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { readCommandLine } from "./command-line.mjs";
import { run } from "./processes.mjs";
import { MORE_PYTHON_PACKAGES, NEUROGYM, PYTHON_FOLDER, PYTHON_PACKAGES, pythonIn, runPython } from "./python.mjs";
import { makeScratch } from "./scratch.mjs";

const SYSTEM_PYTHON = process.platform === "win32" ? "python" : "python3";

const IMPORT_ALL = `import ${PYTHON_PACKAGES.join(", ")}`;
const PRINT_VERSIONS = `
from importlib.metadata import version
print(*(f"{name} {version(name)}" for name in ${JSON.stringify(PYTHON_PACKAGES)}), sep=", ")`;
const PRINT_INSTALLED = `
from importlib.metadata import distributions
for found in distributions(): print(f"{found.name}=={found.version}")`;
/** @param {readonly string[]} names */
const findAll = (names) => `
from importlib.util import find_spec
assert all(map(find_spec, ${JSON.stringify(names)}))`;

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
  await addMore();
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

/** What only some tests need. It changes no version of what is there. */
async function addMore() {
  const python = pythonIn(folder);
  const scratch = await makeScratch("constraints");
  const constraints = join(scratch, "constraints.txt");
  try {
    await writeFile(constraints, runPython(python, PRINT_INSTALLED).output);
    /** @param {readonly string[]} args */
    const install = (args) =>
      run(python, ["-m", "pip", "install", "--quiet", "--prefer-binary", "--constraint", constraints, ...args]);
    if (runPython(python, findAll(MORE_PYTHON_PACKAGES)).failure !== null) {
      console.log(`Adding ${MORE_PYTHON_PACKAGES.join(", ")}`);
      await install(MORE_PYTHON_PACKAGES);
    }
    if (runPython(python, findAll(["neurogym"])).failure !== null) {
      console.log("Adding neurogym");
      await install(NEUROGYM.imported);
      await install(["--no-deps", ...NEUROGYM.alone]);
    }
  } catch (error) {
    console.log(`${error instanceof Error ? error.message : error}: tests that need these packages are skipped`);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
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
