// @ts-check
/** Runs vitest and counts. */
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { ROOT } from "./paths.mjs";
import { run } from "./processes.mjs";
import { makeScratch } from "./scratch.mjs";
import { describeSkipped } from "./skipped.mjs";

/**
 * @param {string} config
 * @param {readonly string[]} [filters] as on vitest's command line
 * @param {{ quiet?: boolean }} [options] quiet: without its output
 * @returns {Promise<import("./host-tests.mjs").Counts>}
 */
export async function runVitest(config, filters = [], { quiet = false } = {}) {
  const folder = await makeScratch("vitest");
  const report = join(folder, "report.json");
  const main = join(ROOT, "node_modules", "vitest", "vitest.mjs");
  const args = [
    main,
    "run",
    "--config",
    config,
    ...(quiet ? ["--silent"] : ["--reporter=default"]),
    "--reporter=json",
    `--outputFile.json=${report}`,
    ...filters,
  ];
  const ended = await run(process.execPath, args, { cwd: ROOT }).then(
    () => true,
    () => false,
  );
  try {
    const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } = JSON.parse(
      await readFile(report, "utf8"),
    );
    // A file that cannot be loaded, or an error outside of tests, fails no test but the run.
    const nameless = numFailedTests === 0 && (!ended || numPassedTests === 0);
    const failures = failuresIn(testResults);
    if (nameless && failures.length === 0)
      failures.push(`${config}: no test failed, but vitest did: an error outside of the tests, printed above`);
    return {
      passed: numPassedTests,
      failed: nameless ? 1 : numFailedTests,
      skipped: numPendingTests + numTodoTests,
      skippedLines: describeSkipped(titlesOfSkipped(testResults)),
      failures,
      repeated: assertionsOf(testResults, "passed")
        .filter(({ failureMessages }) => failureMessages.length > 0)
        .map(describe),
    };
  } catch (error) {
    return { passed: 0, failed: 1, skipped: 0, failures: [`${config}: vitest left no report: ${error}`] };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * @typedef {{ status: string, title: string, ancestorTitles: readonly string[] }} TestResult
 *
 * @param {readonly { assertionResults: readonly TestResult[] }[]} files
 * @returns {string[][]}
 */
function titlesOfSkipped(files) {
  return files.flatMap(({ assertionResults }) =>
    assertionResults
      .filter(({ status }) => ["skipped", "pending", "todo"].includes(status))
      .map(({ ancestorTitles, title }) => [...ancestorTitles, title]),
  );
}

/** @typedef {{ status: string, fullName: string, failureMessages: readonly string[] }} Assertion */
/** @typedef {{ name: string, message: string, assertionResults: readonly Assertion[] }} TestFile */

/**
 * @param {readonly TestFile[]} files
 * @returns {string[]} for each test that failed, and each file that could not be loaded, its name and why
 */
function failuresIn(files) {
  const broken = files.filter(({ message }) => message !== "").map(({ name, message }) => `${name}: ${message}`);
  return [...broken, ...assertionsOf(files, "failed").map(describe)];
}

/** @param {readonly TestFile[]} files @param {string} status */
function assertionsOf(files, status) {
  return files.flatMap(({ assertionResults }) => assertionResults.filter((found) => found.status === status));
}

/** @param {Assertion} assertion */
function describe({ fullName, failureMessages }) {
  return `${fullName}: ${failureMessages.join("\n")}`;
}
