// @ts-check
/**
 * npm run test:e2e [-- FILE...] [-t NAME]: builds, then runs only the tests that use a whole VS Code window.
 *
 * -t NAME: those whose name has this in it.
 */
import { runSomeTests } from "./some-tests.mjs";

await runSomeTests(import.meta.url, "vitest.e2e.config.mts");
