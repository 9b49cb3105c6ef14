// @ts-check
/** A Chromium, Chrome or Edge of this machine. */
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium } from "playwright-core";
import { run } from "./processes.mjs";

/**
 * No sandbox, because root has none (containers, CI); it shows only pages of this machine. The rest keeps the browser
 * from calling its maker. Background tabs draw at full speed, as a window in front would.
 */
const ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-backgrounding-occluded-windows",
  "--disable-renderer-backgrounding",
];

/**
 * @param {{ headless?: boolean }} [options]
 * @returns {Promise<import("playwright-core").Browser>}
 */
export async function launchBrowser({ headless = true } = {}) {
  // A signal ends us as it ends any program, and the browser ends with us: its pipe closes. Playwright's own handlers
  // would call process.exit, which a test worker forbids, and so leave the worker running.
  const signals = { handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false };
  return chromium.launch({ executablePath: await ensureBrowser(), headless, args: ARGUMENTS, ...signals });
}

/** @returns {Promise<string>} the executable; on Debian it is installed when missing and we may */
export async function ensureBrowser() {
  const found = findBrowser();
  if (found !== undefined) return found;
  if (existsSync("/usr/bin/apt-get") && process.getuid?.() === 0) {
    console.log("Installing chromium (apt-get)…");
    await run("apt-get", ["update", "-q"], { quiet: true });
    await run("apt-get", ["install", "-y", "-q", "--no-install-recommends", "chromium"], {
      quiet: true,
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    });
    const installed = findBrowser();
    if (installed !== undefined) return installed;
  }
  throw new Error(
    "No Chromium, Chrome or Edge found. Install one (Debian: sudo apt-get install chromium), or name its executable in the variable CHROMIUM_PATH.",
  );
}

/** @returns {string | undefined} */
function findBrowser() {
  const named = process.env["CHROMIUM_PATH"];
  return [...(named === undefined ? [] : [named]), ...usualPlaces()].find((file) => existsSync(file));
}

/** @returns {string[]} */
function usualPlaces() {
  if (process.platform === "darwin") {
    return [
      "Google Chrome.app/Contents/MacOS/Google Chrome",
      "Chromium.app/Contents/MacOS/Chromium",
      "Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    ].map((app) => join("/Applications", app));
  }
  if (process.platform === "win32") {
    const roots = ["PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"]
      .map((name) => process.env[name] ?? "")
      .filter((folder) => folder !== "");
    return roots.flatMap((folder) =>
      [
        "Google\\Chrome\\Application\\chrome.exe",
        "Chromium\\Application\\chrome.exe",
        "Microsoft\\Edge\\Application\\msedge.exe",
      ].map((app) => join(folder, app)),
    );
  }
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  return ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge"].flatMap((name) =>
    folders.map((folder) => join(folder, name)),
  );
}
