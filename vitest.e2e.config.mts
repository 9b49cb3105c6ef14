import { defineConfig } from "vitest/config";

/** Tests that use a whole VS Code window. One at a time: each has a browser and a server of its own. */
export default defineConfig({
  test: { include: ["test/e2e/**/*.e2e.ts"], fileParallelism: false, testTimeout: 90_000, hookTimeout: 120_000 },
});
