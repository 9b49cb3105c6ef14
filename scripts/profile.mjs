// @ts-check
/** The user profile of a window: its settings, and the extension as installed. */
import { existsSync, readFileSync } from "node:fs";
import { mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ROOT } from "./paths.mjs";
import { run } from "./processes.mjs";
import { ensureVscodeServer } from "./vscode-server.mjs";

/** A calm window: nothing in it but the editor, the explorer and the extension. */
const SETTINGS = {
  "workbench.startupEditor": "none",
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "workbench.tips.enabled": false,
  "workbench.enableExperiments": false,
  "workbench.welcomePage.walkthroughs.openOnInstall": false,
  "chat.disableAIFeatures": true,
  "chat.commandCenter.enabled": false,
  "extensions.autoCheckUpdates": false,
  "extensions.autoUpdate": false,
  "extensions.ignoreRecommendations": true,
  "git.openRepositoryInParentFolders": "never",
  // Else a note offers to open each port that a program in this window listens at, the server's own among them.
  "remote.autoForwardPorts": false,
  "remote.restoreForwardedPorts": false,
  "telemetry.telemetryLevel": "off",
  "update.mode": "none",
};

/**
 * @param {string} profile
 * @param {Record<string, unknown>} [settings] on top of the usual ones; a settings file that is there is kept
 */
export async function writeSettings(profile, settings = {}) {
  const folder = join(profile, "server", "data", "User");
  const file = join(folder, "settings.json");
  await mkdir(folder, { recursive: true });
  if (!existsSync(file)) await writeFile(file, JSON.stringify({ ...SETTINGS, ...settings }, null, 2));
}

/**
 * Settings of the machine that the server runs on. Those with this scope belong there: among the user's, a window on a
 * server reads them or not, depending on whether it knows their scope already.
 * @param {string} profile
 * @param {Record<string, unknown>} settings
 */
export async function writeMachineSettings(profile, settings) {
  const folder = join(profile, "server", "data", "Machine");
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "settings.json"), JSON.stringify(settings, null, 2));
}

/**
 * Puts the extension in the profile as a link to where it is built, so that a rebuild and a window reload show new
 * code.
 * @param {string} profile
 * @param {string} [source] folder with the extension's package.json
 */
export async function linkExtension(profile, source = ROOT) {
  const { publisher, name, version } = JSON.parse(readFileSync(join(source, "package.json"), "utf8"));
  const folder = join(profile, "extensions");
  const link = join(folder, `${publisher}.${name}-${version}`);
  if (existsSync(link)) return;
  // Without its list of extensions VS Code makes a new one of what is in the folder.
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await symlink(source, link, "junction");
}

/**
 * Installs a packed extension as a user would.
 * @param {string} profile
 * @param {string} vsix
 */
export async function installVsix(profile, vsix) {
  const main = await ensureVscodeServer();
  const args = [
    "--install-extension",
    vsix,
    "--extensions-dir",
    join(profile, "extensions"),
    "--server-data-dir",
    join(profile, "server"),
  ];
  await run(process.execPath, [main, ...args], { quiet: true });
}
