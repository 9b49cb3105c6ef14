// @ts-check
/**
 * What every command does first: packages as package-lock.json says, and the Node of the project (24) to run on.
 * Imports only Node's own modules and is read by the oldest Node we support (20), because nothing may be installed yet.
 */
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./paths.mjs";
import { npm } from "./processes.mjs";

const OLDEST_NODE = 20;
const PROJECT_NODE = 24;

/**
 * Does not come back when another Node must go on: then the exit code is that one's.
 * @param {() => Promise<unknown>} [meanwhile] something else to wait for, begun beside the install, that needs none of
 * the packages
 */
export async function prepare(meanwhile = async () => undefined) {
  const version = majorVersion();
  if (version < OLDEST_NODE) {
    console.error(
      `Node ${OLDEST_NODE} or newer is needed, this is ${process.version}. Install it from https://nodejs.org and try again.`,
    );
    process.exit(1);
  }
  if (!installedAsLocked()) await Promise.all([install(), meanwhile()]).catch(stopWith);
  if (version < PROJECT_NODE) await continueOnProjectNode();
}

const majorVersion = () => Number(process.versions.node.split(".")[0]);

/**
 * npm writes node_modules/.package-lock.json last, so it is there only after a whole install.
 * @returns {boolean} true when each package that is not optional has the locked version
 */
function installedAsLocked() {
  const wanted = readLock(join(ROOT, "package-lock.json"));
  const present = readLock(join(ROOT, "node_modules", ".package-lock.json"));
  return Object.entries(wanted).every(
    ([path, entry]) => path === "" || entry.optional === true || present[path]?.version === entry.version,
  );
}

/**
 * @param {string} file
 * @returns {Record<string, { version?: string, optional?: boolean }>}
 */
function readLock(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")).packages : {};
}

async function install() {
  console.log("Installing packages (npm ci)…");
  // `ci` deletes node_modules, and Windows does not delete a Node that is running.
  const runsFromModules = process.execPath.startsWith(join(ROOT, "node_modules"));
  const command = process.platform === "win32" && runsFromModules ? ["install", "--no-save"] : ["ci"];
  await npm([...command, "--include=dev"], { cwd: ROOT });
}

/**
 * @param {unknown} error
 * @returns {never}
 */
function stopWith(error) {
  console.error(
    `${error instanceof Error ? error.message : error}\nWhat is needed could not be installed. Is the npm registry reachable (npm ping)?`,
  );
  process.exit(1);
}

async function continueOnProjectNode() {
  const node = join(ROOT, "node_modules", "node", "bin", process.platform === "win32" ? "node.exe" : "node");
  if (!existsSync(node)) {
    console.error(
      `Node ${PROJECT_NODE} is missing in node_modules: install scripts seem to be off. Run "npm rebuild node", or use Node ${PROJECT_NODE} yourself.`,
    );
    process.exit(1);
  }
  const child = spawn(node, process.argv.slice(1), { stdio: "inherit" });
  // Ctrl-C reaches the child by itself; a kill only reaches us. Either way the child decides when it is over.
  process.on("SIGINT", () => undefined);
  for (const signal of /** @type {const} */ (["SIGTERM", "SIGHUP"])) process.on(signal, () => child.kill(signal));
  // A killed npm leaves us with another parent and tells us nothing.
  const parent = process.ppid;
  if (process.env["npm_lifecycle_event"] !== undefined)
    setInterval(() => process.ppid !== parent && child.kill(), 500).unref();
  const code = await new Promise((resolve) => child.on("exit", (exitCode) => resolve(exitCode ?? 1)));
  process.exit(code);
}
