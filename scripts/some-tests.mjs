// @ts-check
/** What the commands that run a part of the tests have in common. */
import { readCommandLine } from "./command-line.mjs";
import { prepare } from "./prepare.mjs";

/**
 * Builds, runs the tests that the command line names, prints how many passed and sets the exit code.
 * @param {string} script import.meta.url of the command
 * @param {string} config of vitest
 * @param {NonNullable<import("node:util").ParseArgsConfig["options"]>} [options] further ones, passed on to vitest
 */
export async function runSomeTests(script, config, options = {}) {
  const { values, positionals } = readCommandLine(script, {
    options: { ...options, testNamePattern: { type: "string", short: "t" } },
    allowPositionals: true,
  });
  await prepare();
  const { build } = await import("../esbuild.mjs");
  const { runVitest } = await import("./vitest.mjs");

  await build();
  const { testNamePattern: name, ...rest } = values;
  const { passed, failed, skipped } = await runVitest(config, [
    ...positionals,
    ...(typeof name === "string" ? ["-t", name] : []),
    ...Object.entries(rest).flatMap(([option, value]) => (value === true ? [`--${option}`] : [])),
  ]);
  console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
  process.exitCode = failed === 0 ? 0 : 1;
}
