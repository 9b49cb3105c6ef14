#!/usr/bin/env node
// @ts-check
/**
 * Stands in for the `code` executable where no desktop VS Code is: takes the arguments that @vscode/test-electron
 * passes, opens the VS Code server in a headless browser with the extension under development, and lets it run the
 * tests. Exit code 0 when all tests passed. On a failure a picture of the window and the server's log go to
 * out/host-tests/.
 */
import { appendFile, copyFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { followEvents } from "./host-events.mjs";
import { EXAMPLES, OUT } from "./paths.mjs";
import { onEnd } from "./processes.mjs";
import { openWindow, remoteUri } from "./window.mjs";

/** Longer than the limit of one test in test/host/index.ts: the tests themselves name one that hangs. */
const SILENCE_MS = 200_000;

const { values, positionals } = parseArgs({
  strict: false,
  allowPositionals: true,
  options: { extensionDevelopmentPath: { type: "string" }, extensionTestsPath: { type: "string" } },
});
const results = process.env["RNNLAB_HOST_RESULTS"];
if (
  typeof values.extensionDevelopmentPath !== "string" ||
  typeof values.extensionTestsPath !== "string" ||
  results === undefined
) {
  throw new Error(
    "Needs --extensionDevelopmentPath=, --extensionTestsPath= and the variable RNNLAB_HOST_RESULTS; npm run test:host gives them",
  );
}

const window = await openWindow({
  folder: positionals[0] ?? EXAMPLES,
  testDriver: true,
  installExtension: async () => undefined,
  // VS Code for the Web saves after a second by default; tests save when they mean it.
  settings: { "files.autoSave": "off" },
  env: { RNNLAB_HOST_RESULTS: results },
  payload: (server) => [
    ["extensionDevelopmentPath", remoteUri(server, String(values.extensionDevelopmentPath))],
    ["extensionTestsPath", remoteUri(server, String(values.extensionTestsPath))],
    ["skipWelcome", "true"],
  ],
});
onEnd(window.close);

let lastEventAt = Date.now();
let last = "they were started";
let gone = /** @type {string | null} */ (null);
void window.server.ended.then(() => (gone ??= "VS Code's server ended"));
window.page.on("crash", () => (gone ??= "the window's page crashed"));
window.page.on("close", () => (gone ??= "the window's page closed"));
window.browser.on("disconnected", () => (gone ??= "the browser ended"));
const silent = () => Date.now() - lastEventAt > SILENCE_MS;

let problem = /** @type {string | null} */ (null);
let whole = false;
for await (const event of followEvents(results, () => gone !== null || silent())) {
  lastEventAt = Date.now();
  if (event.type === "begin") last = `"${event.title}" began`;
  else if (event.type === "end") problem = event.failures > 0 ? `${event.failures} tests failed` : null;
  else if (event.type === "broken") problem = event.error;
  whole ||= event.type === "end" || event.type === "broken";
}
if (!whole) {
  problem = `${gone ?? `nothing was heard for ${SILENCE_MS / 1000} s`}, after ${last}`;
  // For who counts the tests and did not see the window.
  await appendFile(results, `${JSON.stringify({ type: "broken", error: problem })}\n`);
}

if (problem !== null) {
  const folder = join(OUT, "host-tests");
  await mkdir(folder, { recursive: true });
  await window.page.screenshot({ path: join(folder, "window.png"), timeout: 10_000 }).catch(() => undefined);
  await copyFile(window.server.logFile, join(folder, "server.log"));
  console.error(`${problem}\nThe window and the server's log are in ${folder}`);
}
// What the tests found does not hang on how the window is cleared away.
await window.close().catch((error) => console.error(error));
process.exit(problem === null ? 0 : 1);
