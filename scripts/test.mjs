// @ts-check
/**
 * npm test: everything that can be checked, in the order of how soon it can fail. Types, lint, format and unused code
 * count as one test each, and so does a step that breaks off. What failed is said once more at the end, where the
 * reader of a log looks; the last line sums up: "N passed, N failed".
 *
 * A test that fails is run once more: with its processes, windows and pages it shares the processors with all others.
 * What passes only then is listed at the end with what went wrong, and is a fault to be found all the same.
 */
import { readCommandLine } from "./command-line.mjs";
import { prepare } from "./prepare.mjs";
import { ensureVscodeServer } from "./vscode-server.mjs";

readCommandLine(import.meta.url);
await prepare(ensureVscodeServer);
const { build } = await import("../esbuild.mjs");
const { ensureBrowser } = await import("./browser.mjs");
const { generate } = await import("./generate.mjs");
const { runBenchSmoke, runChaosSmoke } = await import("./bench-smoke.mjs");
const { runHostTests } = await import("./host-tests.mjs");
const { runTool } = await import("./processes.mjs");
const { runVitest } = await import("./vitest.mjs");

const RETRIES = 1;
const RETRYING = [`--retry=${RETRIES}`];

/** @typedef {import("./host-tests.mjs").Counts} Counts */

/** @typedef {[name: string, run: () => Promise<Counts | void>]} Step */

/** Each list in its order, the lists of one group at the same time. @typedef {readonly (readonly Step[])[]} Group */

/** @type {Group} */
const CHECKS = [
  [["Types", checkTypes]],
  [
    ["Format", () => runTool("prettier", "bin/prettier.cjs", ["--check", "--log-level", "warn", "."])],
    ["Lint", () => runTool("oxlint", "bin/oxlint", [])],
    ["Unused code", () => runTool("knip", "bin/knip.js", ["--no-progress"])],
    ["Build", async () => void (await build())],
  ],
];

/** They use all processors by themselves. @type {readonly Step[]} */
const UNIT_TESTS = [
  ["Unit tests", () => runVitest("vitest.config.mts", RETRYING)],
  ["VS Code and browser", async () => void (await Promise.all([ensureVscodeServer(), ensureBrowser()]))],
];

/** To use the processors while a window starts or waits. @type {Group} */
const WINDOWS = [
  [
    ["Tests inside VS Code", () => runHostTests({ retries: RETRIES })],
    ["Tests of the window", () => runVitest("vitest.e2e.config.mts", RETRYING)],
  ],
  [["Tests of the page", () => runVitest("vitest.page.config.mts", RETRYING)]],
];
/** For the list of windows or pages that is done first. @type {readonly Step[]} */
const SMOKE = [
  ["Benchmarks, smoke", () => runBenchSmoke()],
  ["Chaos, one minute", () => runChaosSmoke()],
];

/** Steps that prepare others and are no test themselves; they count only when they fail. */
const PREPARING = new Set(["Generated files", "Build", "VS Code and browser"]);

const sum = { passed: 0, failed: 0, skipped: 0 };
/** @type {string[]} */
const table = [];
/** @type {string[]} */
const failures = [];
/** @type {string[]} */
const repeated = [];
/** @type {string[]} */
const skippedLines = [];
const begunAt = performance.now();
await doSteps([["Generated files", generate]]);
await doGroup(CHECKS);
await doSteps(UNIT_TESTS);
await doGroup(WINDOWS, SMOKE);
table.push(`  ${"in all".padEnd(22)}${minutesSince(begunAt)}`);
console.log(`\n${table.join("\n")}\n`);
for (const failure of failures) console.log(`✗ ${failure}\n`);
for (const line of repeated) console.log(`↻ passed at the second attempt: ${line}\n`);
for (const line of skippedLines) console.log(`- ${line}`);
console.log(`${sum.passed} passed, ${sum.failed} failed${sum.skipped > 0 ? `, ${sum.skipped} skipped` : ""}`);
process.exitCode = sum.failed === 0 ? 0 : 1;

/** @param {Group} group @param {readonly Step[]} further what is shared among those that are done */
async function doGroup(group, further = []) {
  const left = further.values();
  await Promise.all(group.map((steps) => doSteps(steps).then(() => doSteps(left))));
}

/** One after another. @param {Iterable<Step>} steps */
async function doSteps(steps) {
  for (const [name, run] of steps) {
    console.log(`\n— ${name}`);
    const startedAt = performance.now();
    /** @type {Counts} */
    const counts = await run().then(
      (result) => result ?? { passed: PREPARING.has(name) ? 0 : 1, failed: 0, skipped: 0 },
      (error) => {
        console.error(error instanceof Error ? error.message : error);
        return { passed: 0, failed: 1, skipped: 0, failures: [String(error)] };
      },
    );
    sum.passed += counts.passed;
    sum.failed += counts.failed;
    sum.skipped += counts.skipped;
    failures.push(...(counts.failures ?? []));
    repeated.push(...(counts.repeated ?? []));
    skippedLines.push(...(counts.skippedLines ?? []));
    table.push(`${counts.failed === 0 ? "✓" : "✗"} ${name.padEnd(22)}${minutesSince(startedAt)}`);
  }
}

/** @param {number} startedAt */
function minutesSince(startedAt) {
  return `${((performance.now() - startedAt) / 60_000).toFixed(1).padStart(6)} min`;
}

async function checkTypes() {
  for (const project of ["tsconfig.json", "webview/tsconfig.json", "test/tsconfig.json"])
    await runTool("@typescript/native", "bin/tsc", ["-p", project]);
}
