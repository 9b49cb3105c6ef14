import { defineConfig } from "vitest/config";

/** `--update` takes the pictures of the panel anew. */
const env = { UPDATE_PICTURES: process.argv.includes("--update") ? "1" : "0" };

/**
 * Tests of the webview alone in a browser. One file at a time, as npm test runs them beside those of whole windows, and
 * all in one process with one browser.
 */
export default defineConfig({
  test: {
    include: ["test/page/**/*.page.ts"],
    fileParallelism: false,
    isolate: false,
    environment: "./test/page/oneBrowser.ts",
    // Against hanging only: on a machine with much else to do a page takes a minute for what else takes seconds.
    testTimeout: 240_000,
    hookTimeout: 240_000,
    expect: { poll: { timeout: 60_000 } },
    env,
  },
});
