// @ts-check
/** Starting other programs so that none of them outlives us. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { ROOT } from "./paths.mjs";

const WINDOWS = process.platform === "win32";

/**
 * Runs a program to its end.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, quiet?: boolean, limitMs?: number }} [options]
 *   quiet: show the output only when it fails; limitMs: end a program that runs longer
 * @returns {Promise<void>} rejects with the command and its exit code
 */
export function run(command, args, { cwd, env, quiet = false, limitMs } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: env ?? process.env,
      timeout: limitMs,
      stdio: quiet ? ["ignore", "pipe", "pipe"] : ["ignore", "inherit", "inherit"],
    });
    let output = "";
    child.stdout?.on("data", (text) => (output += text));
    child.stderr?.on("data", (text) => (output += text));
    child.on("error", reject);
    child.on("close", (code, signal) => {
      if (code === 0) return resolve();
      if (quiet) process.stderr.write(output);
      reject(new Error(`${[command, ...args].join(" ")} ended with ${signal ?? `exit code ${code}`}`));
    });
  });
}

/**
 * Runs npm, with the Node and the npm that started us when there is one: the Node in node_modules may be about to be
 * replaced.
 * @param {readonly string[]} args
 * @param {{ cwd?: string, quiet?: boolean }} [options]
 */
export async function npm(args, options) {
  const { npm_node_execpath: node, npm_execpath: cli } = process.env;
  const quietArgs = [...args, "--no-audit", "--no-fund", "--loglevel=error"];
  if (node !== undefined && cli?.endsWith(".js")) return run(node, [cli, ...quietArgs], options);
  // cmd.exe, because Node does not start npm.cmd itself; none of the arguments needs quoting.
  if (WINDOWS) return run("cmd.exe", ["/d", "/s", "/c", "npm", ...quietArgs], options);
  return run("npm", quietArgs, options);
}

/**
 * Runs a program of an installed package on our own Node.
 * @param {string} name of the package
 * @param {string} file its program, inside the package
 * @param {readonly string[]} args
 */
export function runTool(name, file, args) {
  return run(process.execPath, [join(ROOT, "node_modules", name, file), ...args], { cwd: ROOT });
}

/**
 * Starts a program that serves until {@link stopTree}; it leads a process group, so that its children end with it.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [options]
 */
export function startServing(command, args, { cwd, env } = {}) {
  return spawn(command, args, {
    cwd,
    env: env ?? process.env,
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    detached: !WINDOWS,
    windowsHide: true,
  });
}

/**
 * Ends a program started with {@link startServing} and all it started.
 * @param {import("node:child_process").ChildProcess} child
 * @returns {Promise<void>} resolves when it is gone
 */
export async function stopTree(child) {
  const { pid } = child;
  if (pid === undefined || hasEnded(child)) return;
  const gone = new Promise((resolve) => child.once("exit", resolve));
  if (WINDOWS) await run("taskkill", ["/pid", String(pid), "/T", "/F"], { quiet: true }).catch(() => undefined);
  else killGroup(pid, "SIGTERM");
  const deadline = setTimeout(() => killGroup(pid, "SIGKILL"), 5000);
  await gone;
  clearTimeout(deadline);
  // What the leader left behind, e.g. an extension host waiting for a window to come back.
  if (!WINDOWS) killGroup(pid, "SIGKILL");
}

/**
 * Kills a program started with {@link startServing} and nothing that it started, as a crash would. What it started must
 * notice by itself.
 * @param {import("node:child_process").ChildProcess} child
 * @returns {Promise<void>} resolves when it is gone
 */
export async function killAlone(child) {
  if (hasEnded(child)) return;
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await gone;
}

/** @param {import("node:child_process").ChildProcess} child */
function hasEnded({ exitCode, signalCode }) {
  return exitCode !== null || signalCode !== null;
}

/**
 * @param {number} pid
 * @param {NodeJS.Signals} signal
 */
function killGroup(pid, signal) {
  try {
    process.kill(-pid, signal);
  } catch {
    // The group is empty: all have ended.
  }
}

/**
 * Calls `end` once when we are told to end (Ctrl-C, kill, closed terminal), then exits.
 * @param {() => Promise<void>} end
 */
export function onEnd(end) {
  let ending = false;
  const endOnce = async (/** @type {number} */ exitCode) => {
    if (ending) return;
    ending = true;
    await end().catch((error) => console.error(error));
    process.exit(exitCode);
  };
  for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
    process.on(signal, () => endOnce(signal === "SIGINT" ? 0 : 1));
  }
  // A killed npm ends its shell and not what the shell runs: we only notice that our parent is another.
  const parent = process.ppid;
  if (process.env["npm_lifecycle_event"] !== undefined) {
    setInterval(() => process.ppid !== parent && endOnce(1), 500).unref();
  }
}
