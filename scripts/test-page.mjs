// @ts-check
/**
 * npm run test:page [-- FILE...] [-t NAME] [--update]: builds, then runs only the tests of the webview alone in a
 * browser.
 *
 * -t NAME: those whose name has this in it.
 * --update: writes the pictures that the page is compared with anew.
 */
import { runSomeTests } from "./some-tests.mjs";

await runSomeTests(import.meta.url, "vitest.page.config.mts", {
  update: { type: "boolean", short: "u", default: false },
});
