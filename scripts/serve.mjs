// @ts-check
/** Starts the VS Code server on this machine only (127.0.0.1), with a profile of its own. */
import { createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { killAlone, startServing, stopTree } from "./processes.mjs";
import { ensureVscodeServer } from "./vscode-server.mjs";

const HOST = "127.0.0.1";
const EXIT_WITH_PARENT = fileURLToPath(new URL("./exit-with-parent.mjs", import.meta.url));
const READY_WITHIN_MS = 60_000;

/**
 * @typedef {object} ServerOptions
 * @property {string} profile folder for data, extensions and log; see profile.mjs
 * @property {string} folder opened by the bare address
 * @property {number} [port] 0 or nothing: a free one
 * @property {boolean} [trusted] every workspace is trusted, without asking
 * @property {boolean} [testDriver] the page takes extension and tests from its address; never for users, since any link
 * could do it
 * @property {NodeJS.ProcessEnv} [env] added to the environment of the server and its extension hosts
 *
 * @typedef {object} RunningServer
 * @property {string} address e.g. http://127.0.0.1:8000/
 * @property {number} port
 * @property {string} logFile
 * @property {Promise<void>} ended
 * @property {() => Promise<void>} stop
 * @property {() => Promise<void>} kill of the server alone, as in a crash
 */

/**
 * @param {ServerOptions} options
 * @returns {Promise<RunningServer>} when the server listens
 */
export async function startVscodeServer({ profile, folder, port = 0, trusted = false, testDriver = false, env = {} }) {
  const main = await ensureVscodeServer();
  await mkdir(profile, { recursive: true });
  const logFile = join(profile, "server.log");
  const args = [
    "--import",
    EXIT_WITH_PARENT,
    main,
    "--host",
    HOST,
    "--port",
    String(port),
    "--without-connection-token",
    "--accept-server-license-terms",
    "--telemetry-level",
    "off",
    "--disable-telemetry",
    "--disable-update-check",
    "--server-data-dir",
    join(profile, "server"),
    "--extensions-dir",
    join(profile, "extensions"),
    "--default-folder",
    folder,
    ...(trusted ? ["--disable-workspace-trust"] : []),
    ...(testDriver ? ["--enable-smoke-test-driver", "--reconnection-grace-time", "5"] : []),
  ];
  const child = startServing(process.execPath, args, { cwd: folder, env: { ...serverEnvironment(), ...env } });
  const log = createWriteStream(logFile);
  child.stdout?.pipe(log, { end: false });
  child.stderr?.pipe(log, { end: false });
  try {
    const boundPort = await listening(child, logFile);
    return {
      address: `http://${HOST}:${boundPort}/`,
      port: boundPort,
      logFile,
      ended: new Promise((resolve) => child.once("exit", () => resolve())),
      stop: () => stopTree(child),
      kill: () => killAlone(child),
    };
  } catch (error) {
    await stopTree(child);
    throw error;
  }
}

/** Ours without what npm and a surrounding VS Code put there: the server reads some of it as its own. */
function serverEnvironment() {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(npm_|VSCODE_|ELECTRON_|NODE_OPTIONS$)/i.test(name)),
  );
}

/**
 * @param {import("node:child_process").ChildProcess} child
 * @param {string} logFile
 * @returns {Promise<number>} the port
 */
function listening(child, logFile) {
  return new Promise((resolve, reject) => {
    const deadline = setTimeout(
      () =>
        reject(new Error(`VS Code's server did not listen within ${READY_WITHIN_MS / 1000} s; its log: ${logFile}`)),
      READY_WITHIN_MS,
    );
    let output = "";
    const read = (/** @type {Buffer} */ text) => {
      output += text;
      const port = /Extension host agent listening on (\d+)/.exec(output)?.[1];
      if (port !== undefined) settle(() => resolve(Number(port)));
      else if (output.includes("EADDRINUSE"))
        settle(() =>
          reject(new Error("That port is in use. Choose another with --port, or leave it out to get a free one.")),
        );
    };
    const settle = (/** @type {() => void} */ then) => {
      clearTimeout(deadline);
      child.stdout?.off("data", read);
      child.stderr?.off("data", read);
      then();
    };
    child.stdout?.on("data", read);
    child.stderr?.on("data", read);
    child.once("error", reject);
    child.once("exit", (code) =>
      settle(() => reject(new Error(`VS Code's server ended with exit code ${code}; its log: ${logFile}`))),
    );
  });
}
