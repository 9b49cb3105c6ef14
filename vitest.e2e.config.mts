import { defineConfig } from "vitest/config";

/** Tests that use a whole VS Code window. One at a time: each has a browser and a server of its own. */
export default defineConfig({
  test: {
    include: ["test/e2e/**/*.e2e.ts"],
    fileParallelism: false,
    // Against hanging only: on a machine with much else to do a window takes a minute for what else takes seconds.
    testTimeout: 240_000,
    hookTimeout: 240_000,
    expect: { poll: { timeout: 60_000 } },
  },
});
