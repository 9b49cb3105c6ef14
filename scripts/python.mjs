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
 * the probe is tried on recurrent layers of
 * others, and searches are compared with those of Optuna.
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
/** What gets the tests back that are skipped without these packages. */
const HOW_TO_GET_IT = "run `npm run python` (about 6 GB), or set RNNLAB_PYTHON to a Python that has it";

/** @param {string} folder of a virtual environment */
export function pythonIn(folder) {
  return process.platform === "win32" ? join(folder, "Scripts", "python.exe") : join(folder, "bin", "python");
}

/** @typedef {{ readonly python: string, readonly version: string, readonly missing: null }} FoundPackage */
/** @typedef {{ readonly python: string, readonly version: null, readonly missing: string }} MissingPackage */

/**
 * Imports a package, which takes some seconds for torch.
 * @param {string} name e.g. torch
 * @returns {FoundPackage | MissingPackage} missing: why it cannot be used, and how to get it
 */
export function findPythonPackage(name) {
  const named = process.env["RNNLAB_PYTHON"];
  const python = named || pythonIn(PYTHON_FOLDER);
  /** @param {string} why @returns {MissingPackage} */
  const missing = (why) => ({ python, version: null, missing: `${why}: ${HOW_TO_GET_IT}` });
  if (!named && !existsSync(python)) return missing("there is no Python environment");
  const { output, failure } = runPython(python, `import ${name}; print(${name}.__version__)`);
  return failure === null
    ? { python, version: output, missing: null }
    : missing(`${python} cannot import ${name} (${failure})`);
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
