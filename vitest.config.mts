import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/unit/**/*.test.ts", "test/fuzz/**/*.test.ts"],
    globalSetup: "test/unit/workerBundle.ts",
    // The default leaves one processor out, which is half of two.
    maxWorkers: availableParallelism(),
    // Against hanging only: no test depends on being quick.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
