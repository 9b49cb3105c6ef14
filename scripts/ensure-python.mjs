// @ts-check
/**
 * npm run python [-- FOLDER]: makes the virtual environment that tests and benches compare with, in
 * .vscode-test/python or in FOLDER. One that can import its packages stays as it is; one that lacks some gets them, and
 * a broken one is made anew.
 * For newer packages delete the folder first.
 */
import { existsSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { readCommandLine } from "./command-line.mjs";
import { run } from "./processes.mjs";
import { MORE_PYTHON_PACKAGES, NEUROGYM, PYTHON_FOLDER, PYTHON_PACKAGES, pythonIn, runPython } from "./python.mjs";
import { makeEnvironment } from "./python-environment.mjs";
import { makeScratch } from "./scratch.mjs";

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
    await makeEnvironment(folder, PYTHON_PACKAGES, IMPORT_ALL);
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
