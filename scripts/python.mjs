// @ts-check
/**
 * The Python that tests and benches compare with: the one that RNNLAB_PYTHON names, else the virtual environment that
 * `npm run python` makes. Imports only Node's own modules: it is used before packages are installed.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { CACHE } from "./paths.mjs";

export const PYTHON_FOLDER = join(CACHE, "python");
/**
 * Always the newest: what users install today is what we compare with. The last ones are small: a notebook is executed,
 * the probe is tried on recurrent layers of others, and searches are compared with those of Optuna.
 */
export const PYTHON_PACKAGES = [
  "torch",
  "numpy",
  "tensorboard",
  "nbconvert",
  "ipykernel",
  "snntorch",
  "ncps",
  "optuna",
  "cmaes",
];
/**
 * Packages that only some tests compare with: weights of others, and tasks. Where they cannot be installed, those tests
 * are skipped.
 */
export const MORE_PYTHON_PACKAGES = ["safetensors", "keras", "flax", "equinox", "xlstm"];
/**
 * neurogym asks for a library of agents, and for an older numpy; its tasks need neither. So it is installed as it is,
 * and with it what its tasks import.
 */
export const NEUROGYM = {
  alone: ["neurogym==2.3.1", "gymnasium==0.29.1"],
  imported: [
    "cloudpickle",
    "farama-notifications",
    "loguru",
    "matplotlib",
    "natsort",
    "pydantic-settings",
    "scipy",
    "tomlkit",
    "tqdm",
  ],
};
/** Sweeps run on it in tests; in an environment of its own, so that it changes no version of the others. */
export const RAY_FOLDER = join(CACHE, "ray");
export const RAY_PACKAGE = "ray==2.60.0";
/** What gets the tests back that are skipped without these packages. */
const HOW_TO_GET_IT = "run `npm run python` (about 6 GB), or set RNNLAB_PYTHON to a Python that has it";

const FIND_PACKAGE = `
from importlib.metadata import version
from importlib.util import find_spec
if find_spec("NAME") is None: raise ModuleNotFoundError("No module named 'NAME'")
print(version("NAME"))`;

/** @param {string} folder of a virtual environment */
export function pythonIn(folder) {
  return process.platform === "win32" ? join(folder, "Scripts", "python.exe") : join(folder, "bin", "python");
}

/** @typedef {{ readonly python: string, readonly version: string, readonly missing: null }} FoundPackage */
/** @typedef {{ readonly python: string, readonly version: null, readonly missing: string }} MissingPackage */

/** What has been looked for. @type {Map<string, FoundPackage | MissingPackage>} */
const found = new Map();

/**
 * Whether it is installed, without importing it: torch takes some seconds, in each of many tests.
 * @param {string} name e.g. torch
 * @returns {FoundPackage | MissingPackage} missing: why it cannot be used, and how to get it
 */
export function findPythonPackage(name) {
  const known = found.get(name) ?? lookForPackage(name);
  found.set(name, known);
  return known;
}

/** @param {string} name @returns {FoundPackage | MissingPackage} */
function lookForPackage(name) {
  const named = process.env["RNNLAB_PYTHON"];
  const python = named || pythonIn(PYTHON_FOLDER);
  /** @param {string} why @returns {MissingPackage} */
  const missing = (why) => ({ python, version: null, missing: `${why}: ${HOW_TO_GET_IT}` });
  if (!named && !existsSync(python)) return missing("there is no Python environment");
  const { output, failure } = runPython(python, FIND_PACKAGE.replaceAll("NAME", name));
  return failure === null
    ? { python, version: output, missing: null }
    : missing(`${python} does not have ${name} (${failure})`);
}

/**
 * The Python with Ray: the one that RNNLAB_RAY_PYTHON names, else the environment that `npm run engines` makes.
 * @returns {{ readonly python: string, readonly missing: string | null }} missing: why it cannot be used
 */
export function findRayPython() {
  const named = process.env["RNNLAB_RAY_PYTHON"];
  const python = named || pythonIn(RAY_FOLDER);
  const how = "run `npm run engines` (about 0.3 GB), or set RNNLAB_RAY_PYTHON to a Python that has Ray";
  if (!named && !existsSync(python)) return { python, missing: `there is no Python with Ray: ${how}` };
  const { failure } = runPython(python, FIND_PACKAGE.replaceAll("NAME", "ray"));
  return { python, missing: failure === null ? null : `${python} does not have ray (${failure}): ${how}` };
}

/**
 * @param {string} python
 * @param {string} code
 * @returns {{ output: string, failure: string | null }}
 *   failure: the last line of what Python reports, null when the code ran
 */
export function runPython(python, code) {
  const { status, stdout, stderr, error } = spawnSync(python, ["-c", code], { encoding: "utf8" });
  if (error !== undefined) return { output: "", failure: error.message };
  const failure = status === 0 ? null : stderr.trim().split("\n").at(-1) || `exit code ${status}`;
  return { output: stdout.trim(), failure };
}
