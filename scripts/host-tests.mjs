// @ts-check
/**
 * Runs test/host inside a real VS Code: npm run test:host [-- --grep TEXT]
 * RNNLAB_VSCODE=desktop downloads the desktop VS Code and runs them there; else the VS Code server and a headless
 * browser do.
 */
import { cp, rm } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { DIST, EXAMPLES, ROOT } from "./paths.mjs";
import { followEvents } from "./host-events.mjs";
import { makeScratch } from "./scratch.mjs";
import { describeSkipped } from "./skipped.mjs";

/**
 * @typedef {object} Counts
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 * @property {string[]} [failures] the titles of what failed
 * @property {string[]} [skippedLines] how many were skipped, and why
 * @property {string[]} [repeated] the titles of what passed at a later attempt, and why it failed before
 *
 * @param {{ grep?: string, retries?: number }} [options] grep: only tests whose full title has this text; retries:
 * further attempts of a test that fails
 * @returns {Promise<Counts>}
 */
export async function runHostTests({ grep, retries = 0 } = {}) {
  const { runTests } = await import("@vscode/test-electron");
  const folder = await makeScratch("host");
  const results = join(folder, "results.jsonl");
  // A copy: the tests make, change and delete files.
  const workspace = join(folder, "workspace");
  await cp(EXAMPLES, workspace, { recursive: true });
  const launcher = join(ROOT, "scripts", process.platform === "win32" ? "vscode-launcher.cmd" : "vscode-launcher.mjs");
  let ended = false;
  let error = /** @type {unknown} */ (null);
  const running = runTests({
    ...(process.env["RNNLAB_VSCODE"] === "desktop" ? {} : { vscodeExecutablePath: launcher }),
    extensionDevelopmentPath: ROOT,
    extensionTestsPath: join(DIST, "test", "host", "index.js"),
    launchArgs: [
      workspace,
      `--extensions-dir=${join(folder, "extensions")}`,
      `--user-data-dir=${join(folder, "user")}`,
    ],
    extensionTestsEnv: {
      RNNLAB_HOST_RESULTS: results,
      RNNLAB_HOST_RETRIES: String(retries),
      PATH: dirname(process.execPath) + delimiter + process.env["PATH"],
      ...(grep === undefined ? {} : { RNNLAB_GREP: grep }),
    },
  })
    .catch((reason) => (error = reason))
    .finally(() => (ended = true));

  const { whole, ...counts } = await countEvents(followEvents(results, () => ended));
  await running;
  // A run that broke off, or whose failure no test told of, is a failure too.
  if (counts.failed === 0 && (!whole || error !== null)) {
    counts.failed++;
    counts.failures.push(`VS Code ended ${whole ? "with an error after" : "in the middle of"} the tests: ${error}`);
  }
  if (counts.passed + counts.failed === 0) {
    counts.failed++;
    counts.failures.push("no test inside VS Code ran");
  }
  await rm(folder, { recursive: true, force: true });
  return counts;
}

/**
 * Prints the events as they come.
 * @param {AsyncIterable<import("./host-events.mjs").HostTestEvent>} events
 */
async function countEvents(events) {
  const counts = { passed: 0, failed: 0, skipped: 0, failures: /** @type {string[]} */ ([]) };
  const skipped = /** @type {string[][]} */ ([]);
  const retried = /** @type {Map<string, string>} */ (new Map());
  const repeated = /** @type {string[]} */ ([]);
  let whole = false;
  for await (const event of events) {
    whole ||= event.type === "end";
    if (event.type === "pass") {
      counts.passed++;
      const error = retried.get(event.title);
      if (error !== undefined) repeated.push(`${event.title}: ${error}`);
    } else if (event.type === "retry") retried.set(event.title, event.error);
    else if (event.type === "skip") {
      counts.skipped++;
      skipped.push([event.title]);
    } else if (event.type === "fail" || event.type === "broken") {
      counts.failed++;
      counts.failures.push(`${event.type === "fail" ? event.title : "the tests broke off"}: ${event.error}`);
    }
    print(event);
  }
  return { ...counts, whole, skippedLines: describeSkipped(skipped), repeated };
}

/** @param {import("./host-events.mjs").HostTestEvent} event */
function print(event) {
  if (event.type === "pass") console.log(` ✓ ${event.title}`);
  else if (event.type === "skip") console.log(` - ${event.title} (skipped)`);
  else if (event.type === "fail") console.log(` ✗ ${event.title}\n${event.error}`);
  else if (event.type === "retry") console.log(` ↻ ${event.title}\n${event.error}`);
  else if (event.type === "broken") console.log(` ✗ the tests broke off\n${event.error}`);
}
