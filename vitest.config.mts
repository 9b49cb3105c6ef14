import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

/** What they test has neither threads nor a window, so that their tests leave nothing behind. */
const PURE = "config,core,diagnosis,formats,kernel,lib,search,shared,sweepPlan,tables,webview";
/** Those of the language set the display language, of which a process has one. */
const PURE_TESTS = `test/unit/{${PURE}}/**/!(language).test.ts`;
const TEMP_FOLDER = "test/unit/tempFolder.ts";

export default defineConfig({
  test: {
    // One waits for a process or a scheduler, the others compute.
    maxWorkers: availableParallelism() + 1,
    // Against hanging only: no test depends on being quick.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    projects: [
      {
        extends: true,
        test: {
          name: "alone",
          include: ["test/unit/**/*.test.ts", "test/fuzz/**/*.test.ts"],
          exclude: [PURE_TESTS],
          globalSetup: [TEMP_FOLDER, "test/unit/workerBundle.ts"],
        },
      },
      // In one process they load the modules once, and not again for each file.
      { extends: true, test: { name: "pure", include: [PURE_TESTS], isolate: false, globalSetup: TEMP_FOLDER } },
    ],
  },
});
