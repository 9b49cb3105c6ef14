// @ts-check
/** A VS Code window in a headless browser, and hands to use it with. */
import { cp, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { launchBrowser } from "./browser.mjs";
import { EXAMPLES } from "./paths.mjs";
import { linkExtension, writeMachineSettings, writeSettings } from "./profile.mjs";
import { makeScratch } from "./scratch.mjs";
import { startVscodeServer } from "./serve.mjs";

export const THEMES = /** @type {const} */ ({
  dark: "Dark Modern",
  light: "Light Modern",
  "high-contrast": "Default High Contrast",
  "high-contrast-light": "Default High Contrast Light",
});

/** How a person reads the theme in the list of themes. */
const THEME_LABELS = /** @type {const} */ ({
  dark: "Dark Modern",
  light: "Light Modern",
  "high-contrast": "Dark High Contrast",
  "high-contrast-light": "Light High Contrast",
});

/** Against hanging only: what takes a second takes many on a machine with much else to do. */
const PATIENCE_MS = 60_000;

/** @typedef {keyof typeof THEMES} ThemeName */

/**
 * @typedef {object} WindowOptions
 * @property {string} [folder] opened folder, or a .code-workspace file; a copy of the examples when left out
 * @property {ThemeName} [theme]
 * @property {{ width: number, height: number }} [size]
 * @property {Record<string, unknown>} [settings] user settings on top of the usual ones
 * @property {Record<string, unknown>} [machineSettings] those whose scope is the machine
 * @property {boolean} [trusted] default true
 * @property {boolean} [testDriver] see serve.mjs
 * @property {(server: { port: number }) => (readonly [string, string])[]} [payload] what the page is told to do when it
 * opens
 * @property {((profile: string) => Promise<void>)} [installExtension] default: a link to the built extension
 * @property {NodeJS.ProcessEnv} [env]
 *
 * @typedef {Awaited<ReturnType<typeof openWindow>>} VscodeWindow
 */

/**
 * Opens a window with a profile of its own, which is deleted when the window is closed.
 * @param {WindowOptions} [options]
 */
export async function openWindow(options = {}) {
  const { size = { width: 1400, height: 900 }, payload = () => [] } = options;
  const { profile, folder } = await makeProfile(options);
  const env = { EXTENSIONS_GALLERY: "{}", ...options.env };
  const startServer = (port = 0) =>
    startVscodeServer({
      profile,
      folder: isWorkspaceFile(folder) ? dirname(folder) : folder,
      port,
      trusted: options.trusted ?? true,
      testDriver: options.testDriver ?? false,
      env,
    });
  const server = await startServer();
  const browser = await launchBrowser().catch(async (error) => {
    await server.stop();
    throw error;
  });
  const context = await browser.newContext({ viewport: size });
  context.setDefaultTimeout(PATIENCE_MS);
  const address = addressOf(server, folder, payload(server));
  const open = async () => {
    const page = await context.newPage();
    await page.goto(address);
    await workbench(page);
    return page;
  };

  const window = {
    page: await open(),
    browser,
    server,
    profile,
    folder,
    address,
    /** Closes the tab of the browser as a person does, and opens the address in another one of the same browser. */
    async reopen() {
      const closed = window.page.waitForEvent("close");
      await window.page.close({ runBeforeUnload: true });
      await closed;
      window.page = await open();
    },
    /** Kills the server and starts it again at the same port, with the same profile. The page is left alone. */
    async restartServer() {
      await window.server.kill();
      window.server = await startServer(server.port);
    },
    /** Ends browser and server and deletes the profile. */
    async close() {
      await browser.close();
      await window.server.stop();
      // What the server started may write for a moment longer.
      await rm(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    },
  };
  return window;
}

/** @param {WindowOptions} options */
async function makeProfile({ folder, theme = "dark", settings, machineSettings, installExtension = linkExtension }) {
  const profile = await makeScratch("window");
  const opened = folder ?? join(profile, "examples");
  if (folder === undefined) await cp(EXAMPLES, opened, { recursive: true });
  await writeSettings(profile, { "workbench.colorTheme": THEMES[theme], ...settings });
  if (machineSettings !== undefined) await writeMachineSettings(profile, machineSettings);
  await installExtension(profile);
  return { profile, folder: opened };
}

/**
 * @param {{ address: string }} server
 * @param {string} folder
 * @param {(readonly [string, string])[]} told
 */
function addressOf(server, folder, told) {
  const query = new URLSearchParams({ [isWorkspaceFile(folder) ? "workspace" : "folder"]: urlPath(folder) });
  if (told.length > 0) query.set("payload", JSON.stringify(told));
  return `${server.address}?${query}`;
}

/** @param {string} folder */
function isWorkspaceFile(folder) {
  return folder.endsWith(".code-workspace");
}

/** Waits until a window is there, as after its address was opened. @param {import("playwright-core").Page} page */
export async function workbench(page) {
  await page.locator(".monaco-workbench .part.statusbar").waitFor();
}

/**
 * @param {string} path of this machine
 * @returns {string} with slashes and a leading one, as in addresses
 */
export function urlPath(path) {
  const slashed = path.replaceAll("\\", "/");
  return slashed.startsWith("/") ? slashed : `/${slashed}`;
}

/**
 * The address a window knows a file of the server's machine by.
 * @param {{ port: number }} server
 * @param {string} path
 */
export function remoteUri(server, path) {
  return `vscode-remote://127.0.0.1:${server.port}${urlPath(path)}`;
}

/** A step of several actions is tried this often, and each of its actions waits so long for what it needs. */
const MAX_TRIES = 12;
/** For an action inside {@link retried}. */
export const WITHIN = { timeout: 4000 };

/** The box that opens for commands, files and choices. @param {import("playwright-core").Page} page */
export function quickInput(page) {
  return page.locator(".quick-input-widget:visible");
}

/**
 * Repeats a whole step, from its beginning, when one of its actions fails. A quick input closes whenever the window
 * turns to something else, e.g. to an extension host that has just ended, and a list that was filled too early stays as
 * it is; waiting longer in the middle of a step helps in neither case.
 * @template T
 * @param {import("playwright-core").Page} page
 * @param {() => Promise<T>} step its actions wait no longer than {@link WITHIN}; done twice it does the same as once
 * @returns {Promise<T>} rejects as the last try does
 */
export async function retried(page, step) {
  for (let tries = 1; ; tries++) {
    try {
      return await step();
    } catch (error) {
      if (tries === MAX_TRIES) throw error;
      await page.keyboard.press("Escape");
    }
  }
}

/**
 * Types into the quick input that is open, as a person would, and clicks the row with this label.
 * @param {import("playwright-core").Page} page
 * @param {string} text
 * @param {string} label
 */
async function pick(page, text, label) {
  const box = quickInput(page);
  await box.locator("input[type=text]").first().fill(text, WITHIN);
  await box
    .locator(".monaco-list-row")
    .filter({ has: page.getByText(label, { exact: true }) })
    .first()
    .click(WITHIN);
  // Off whatever the list has covered, which would take the pointer for interest.
  await page.mouse.move(0, 0);
}

/** @param {import("playwright-core").Page} page @param {string} title */
async function pickCommand(page, title) {
  await page.keyboard.press("F1");
  await pick(page, `>${title}`, title);
}

/**
 * Runs a command by its title in the palette, e.g. "RNN Lab: Run Experiment".
 * @param {import("playwright-core").Page} page
 * @param {string} title
 */
export async function runCommand(page, title) {
  await retried(page, () => pickCommand(page, title));
}

/**
 * @param {import("playwright-core").Page} page
 * @param {string} path absolute
 */
export async function openFile(page, path) {
  const name = urlPath(path).split("/").at(-1) ?? "";
  const rows = quickInput(page).locator(".monaco-list-row", { hasText: name });
  await retried(page, () => openFromList(page, path, rows.first()));
}

/**
 * One try to open a file by its name or path.
 * @param {import("playwright-core").Page} page
 * @param {string} text
 * @param {import("playwright-core").Locator} row
 */
export async function openFromList(page, text, row) {
  const name = urlPath(text).split("/").at(-1);
  await page.keyboard.press("ControlOrMeta+P");
  await quickInput(page).locator("input[type=text]").first().fill(text, WITHIN);
  // Not by the Enter key: where the list has closed, the editor would take it.
  await row.click(WITHIN);
  await page.locator(`.tab.active[data-resource-name="${name}"]`).waitFor(WITHIN);
  // The tab comes before the editor. A command that is run between the two would take the file before.
  await page
    .locator(`.monaco-editor[data-uri$="/${encodedName(name ?? "")}"]:visible`)
    .first()
    .waitFor(WITHIN);
}

/** As VS Code writes it in addresses. @param {string} name */
function encodedName(name) {
  return encodeURIComponent(name).replaceAll(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}

/**
 * @param {import("playwright-core").Page} page
 * @param {ThemeName} theme
 */
export async function setTheme(page, theme) {
  const kind = { dark: "vs-dark", light: "vs", "high-contrast": "hc-black", "high-contrast-light": "hc-light" }[theme];
  await retried(page, async () => {
    await pickCommand(page, "Preferences: Color Theme");
    await pick(page, THEME_LABELS[theme], THEME_LABELS[theme]);
    await page.locator(`.monaco-workbench.${kind}`).waitFor(WITHIN);
  });
}

/**
 * The document of the webview that has an element for this selector, once it is there.
 * @param {import("playwright-core").Page} page
 * @param {string} selector
 * @param {number} [withinMs]
 * @returns {Promise<import("playwright-core").Frame>}
 */
export async function webviewWith(page, selector, withinMs = PATIENCE_MS) {
  const deadline = Date.now() + withinMs;
  while (Date.now() < deadline) {
    for (const frame of page.frames()) {
      // VS Code nests a webview's document in a frame that it loads itself.
      if (!frame.url().includes("/webview/browser/pre/fake.html")) continue;
      if (
        await frame
          .locator(selector)
          .first()
          .isVisible()
          .catch(() => false)
      )
        return frame;
    }
    await page.waitForTimeout(50);
  }
  throw new Error(`No webview with a visible ${selector} within ${withinMs / 1000} s`);
}
