// @ts-check
/** npm run test:e2e [-- FILE...]: builds, then runs only the tests that use a whole VS Code window. */
import { prepare } from "./prepare.mjs";

await prepare();
const { build } = await import("../esbuild.mjs");
const { runVitest } = await import("./vitest.mjs");

await build();
const { passed, failed, skipped } = await runVitest("vitest.e2e.config.mts", process.argv.slice(2));
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
process.exitCode = failed === 0 ? 0 : 1;
