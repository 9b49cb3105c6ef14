// @ts-check
/** The two ways to look at the examples: VS Code's server in a browser, or the desktop VS Code. */
import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { copyExamples } from "./copy-examples.mjs";
import { ROOT } from "./paths.mjs";
import { onEnd } from "./processes.mjs";
import { linkExtension, writeSettings } from "./profile.mjs";
import { startVscodeServer } from "./serve.mjs";
import { remoteUri, urlPath } from "./window.mjs";

/**
 * Serves until it is told to end. The profile stays, so a second start finds settings and layout as they were left.
 * @param {{ profile: string, port: number, open: boolean, check: boolean, startedAt: number }} options
 */
export async function serve({ profile, port, open, check, startedAt }) {
  const folder = prepareCopy(profile);
  await writeSettings(profile, { "workbench.startupEditor": "readme" });
  await linkExtension(profile);
  // Trusted: the folder is the project's own, and whoever runs this script runs the project's code already.
  const server = await startVscodeServer({ profile, folder, port, trusted: true });
  let ending = false;
  onEnd(() => {
    ending = true;
    return server.stop();
  });
  void server.ended.then(() => {
    if (ending) return;
    console.error(`VS Code's server has ended; its log: ${server.logFile}`);
    process.exit(1);
  });

  const first = firstExample(folder);
  const payload =
    first === undefined
      ? ""
      : `?payload=${encodeURIComponent(JSON.stringify([["openFile", remoteUri(server, first)]]))}`;
  const opened = open && openInBrowser(server.address + payload);
  console.log(
    `\nReady after ${((Date.now() - startedAt) / 1000).toFixed(1)} s. ${opened ? "Opening" : "Open in a browser:"}\n\n  ${server.address}\n`,
  );
  if (check) {
    const answer = await fetch(server.address);
    const opensCopy = (await answer.text()).includes(urlPath(folder));
    console.log(
      `The address answers with status ${answer.status} and opens ${opensCopy ? "the copy" : "another folder"}.`,
    );
    ending = true;
    await server.stop();
    process.exit(answer.ok && opensCopy ? 0 : 1);
  }
  console.log("Open an experiment (*.rnn.json) and press Run at the top right of the editor. Ctrl-C here ends it.");
}

/**
 * @param {{ profile: string }} options
 * @returns {Promise<void>} when the window has been asked for
 */
export function openDesktop({ profile }) {
  const folder = prepareCopy(profile);
  const first = firstExample(folder);
  const args = [`--extensionDevelopmentPath=${ROOT}`, folder, ...(first === undefined ? [] : [first])];
  return new Promise((resolve, reject) => {
    // On Windows `code` is a batch file, which only a shell starts; quotes keep paths with spaces whole.
    const windows = process.platform === "win32";
    const child = spawn("code", windows ? args.map((arg) => `"${arg}"`) : args, { stdio: "inherit", shell: windows });
    child.on("error", () =>
      reject(
        new Error(
          "No `code` command found. In VS Code run \"Shell Command: Install 'code' command in PATH\" from the palette, or leave --desktop out.",
        ),
      ),
    );
    child.on("exit", (code) => (code === 0 ? resolve() : reject(new Error(`code ended with exit code ${code}`))));
  });
}

/** @param {string} profile */
function prepareCopy(profile) {
  const { folder, kept } = copyExamples(profile);
  console.log(`The examples are a copy in ${folder}; those in the repository stay as they are.`);
  if (kept.length > 0)
    console.log(
      `Your changes of an earlier start are kept in ${kept.join(", ")}. The command "RNN Lab: Reset Examples" resets them.`,
    );
  return folder;
}

/** @param {string} folder */
function firstExample(folder) {
  const name = readdirSync(folder)
    .filter((file) => file.endsWith(".rnn.json"))
    .sort()[0];
  return name === undefined ? undefined : join(folder, name);
}

/**
 * @param {string} address
 * @returns {boolean} false where there is no screen to open one on
 */
function openInBrowser(address) {
  const { CI, DISPLAY, WAYLAND_DISPLAY, SSH_CONNECTION } = process.env;
  if (CI !== undefined || SSH_CONNECTION !== undefined) return false;
  if (process.platform === "linux" && DISPLAY === undefined && WAYLAND_DISPLAY === undefined) return false;
  const [command, ...args] = { darwin: ["open"], win32: ["rundll32", "url.dll,FileProtocolHandler"] }[
    /** @type {string} */ (process.platform)
  ] ?? ["xdg-open"];
  // No browser is no reason to fail: the address is printed.
  spawn(command ?? "", [...args, address], { stdio: "ignore", detached: true })
    .on("error", () => undefined)
    .unref();
  return true;
}
