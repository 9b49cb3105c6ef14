// @ts-check
/**
 * npm run test:e2e [-- FILE...] [-t NAME] [--update]: builds, then runs only the tests that use a whole VS Code window.
 *
 * -t NAME: those whose name has this in it.
 * --update: writes the pictures that the window is compared with anew.
 */
import { readCommandLine } from "./command-line.mjs";
import { prepare } from "./prepare.mjs";

const { values, positionals } = readCommandLine(import.meta.url, {
  options: { testNamePattern: { type: "string", short: "t" }, update: { type: "boolean", short: "u", default: false } },
  allowPositionals: true,
});
await prepare();
const { build } = await import("../esbuild.mjs");
const { runVitest } = await import("./vitest.mjs");

await build();
const { passed, failed, skipped } = await runVitest("vitest.e2e.config.mts", [
  ...positionals,
  ...(values.testNamePattern === undefined ? [] : ["-t", values.testNamePattern]),
  ...(values.update ? ["--update"] : []),
]);
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
process.exitCode = failed === 0 ? 0 : 1;
