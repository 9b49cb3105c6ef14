// @ts-check
/**
 * Runs an experiment file in a real VS Code and takes a picture of the window:
 *
 *   npm run screenshot -- FILE.rnn.json --out picture.png
 *     --theme dark|light|high-contrast|high-contrast-light   (dark)
 *     --wait MS                time between the run's start and the picture (3000)
 *     --size WIDTHxHEIGHT      (1400x900)
 *     --command "RNN Lab: Run Experiment" what to run from the palette, may be given several times; "none" for nothing
 *     --maximize               closes the side bar first
 *     --no-build               takes dist/ as it is
 *
 * Messages of the webviews' consoles that are warnings or errors are printed.
 */
import { mkdir } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { readCommandLine } from "./command-line.mjs";
import { prepare } from "./prepare.mjs";

const { values, positionals } = readCommandLine(import.meta.url, {
  allowPositionals: true,
  options: {
    out: { type: "string", default: "out/screenshots/window.png" },
    theme: { type: "string", default: "dark" },
    wait: { type: "string", default: "3000" },
    size: { type: "string", default: "1400x900" },
    command: { type: "string", multiple: true, default: ["RNN Lab: Run Experiment"] },
    maximize: { type: "boolean", default: false },
    "no-build": { type: "boolean", default: false },
  },
});
await prepare();
const { build } = await import("../esbuild.mjs");
const { openFile, openWindow, runCommand, THEMES } = await import("./window.mjs");

const [file] = positionals;
const [width, height] = values.size.split("x").map(Number);
const theme = /** @type {keyof typeof THEMES} */ (values.theme);
if (file === undefined || !(theme in THEMES) || !width || !height) {
  console.error(
    `Usage: npm run screenshot -- FILE.rnn.json [--theme ${Object.keys(THEMES).join("|")}] [--out X.png] [--wait MS] [--size 1400x900] [--command TITLE] [--maximize] [--no-build]`,
  );
  process.exit(2);
}
if (!values["no-build"]) await build();

const path = resolve(file);
const window = await openWindow({ folder: dirname(path), theme, size: { width, height } });
try {
  const { page } = window;
  page.on("console", (message) => {
    if (["warning", "error"].includes(message.type()) && message.location().url.includes("webview"))
      console.log(`${message.type()}: ${message.text()}`);
  });
  page.on("pageerror", (error) => console.log(`error: ${error.message}`));
  await openFile(page, path);
  if (values.maximize) await runCommand(page, "View: Toggle Primary Side Bar Visibility");
  for (const command of values.command.filter((title) => title !== "none")) await runCommand(page, command);
  await page.waitForTimeout(Number(values.wait));
  await mkdir(dirname(resolve(values.out)), { recursive: true });
  await page.screenshot({ path: values.out });
  console.log(`Saved ${values.out}`);
} finally {
  await window.close();
}
