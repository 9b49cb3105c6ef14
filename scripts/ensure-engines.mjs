// @ts-check
/**
 * npm run engines [-- FOLDER]: gets the engines that sweeps run on in tests. Ray is put into a virtual environment of
 * its own, in .vscode-test/ray or in FOLDER. Slurm comes from Debian's packages; they change the machine, so only root
 * gets them, and only where RNNLAB_INSTALL_SLURM=1 or CI says that the machine may be changed. What cannot be had is
 * said, and its tests are skipped.
 */
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { readCommandLine } from "./command-line.mjs";
import { run } from "./processes.mjs";
import { makeEnvironment } from "./python-environment.mjs";
import { pythonIn, RAY_FOLDER, RAY_PACKAGE, runPython } from "./python.mjs";

const IMPORT_RAY = "import ray";
const APT_LIMIT_MS = 180_000;

const { positionals } = readCommandLine(import.meta.url, { allowPositionals: true });
const folder = resolve(positionals[0] ?? RAY_FOLDER);
for (const [name, ensure] of /** @type {const} */ ([
  ["Ray", ensureRay],
  ["Slurm", ensureSlurm],
])) {
  const missing = await ensure().catch((error) => (error instanceof Error ? error.message : String(error)));
  console.log(missing === null ? `${name} is there` : `${name} is not there (${missing}): its tests are skipped`);
}

/** @returns {Promise<string | null>} why it is not there */
async function ensureRay() {
  if (!existsSync(folder) || runPython(pythonIn(folder), IMPORT_RAY).failure !== null) {
    console.log(`Making ${folder} with ${RAY_PACKAGE}`);
    await makeEnvironment(folder, [RAY_PACKAGE], IMPORT_RAY);
  }
  return null;
}

/** @returns {Promise<string | null>} why it is not there */
async function ensureSlurm() {
  if (existsSync("/usr/sbin/slurmctld") && existsSync("/usr/sbin/munged")) return null;
  if (!existsSync("/usr/bin/apt-get")) return "no apt-get";
  const { RNNLAB_INSTALL_SLURM: wanted, CI: isThrowaway = "" } = process.env;
  if (wanted !== "1" && (wanted !== undefined || ["", "false", "0"].includes(isThrowaway)))
    return "RNNLAB_INSTALL_SLURM=1 lets this script install it";
  if (process.getuid?.() !== 0) return "only root can install it";
  // Packages that were downloaded once are used again.
  const cache = join(dirname(folder), "apt");
  await mkdir(join(cache, "partial"), { recursive: true });
  const options = ["-q", "-y", "-o", `Dir::Cache::archives=${cache}`, "-o", "APT::Keep-Downloaded-Packages=true"];
  /** @param {readonly string[]} command */
  const apt = (command) =>
    run("apt-get", [...options, ...command], {
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
      quiet: true,
      limitMs: APT_LIMIT_MS,
    });
  const install = () => apt(["install", "--no-install-recommends", "slurm-wlm", "munge"]);
  // Without lists of packages, or with old ones, the first attempt fails.
  await install().catch(async () => {
    await apt(["update"]);
    await install();
  });
  return null;
}
