/** One browser for all test files, which share a process: what it has compiled for one file serves the others. */
import type { Browser } from "playwright-core";
import type { Environment } from "vitest/runtime";
import { launchBrowser } from "../../scripts/browser.mjs";

declare global {
  var startBrowser: () => Promise<Browser>;
}

/** For vitest: how the process of the tests begins and ends. The browser is started by the first file that asks. */
export default {
  name: "one browser",
  viteEnvironment: "ssr",
  setup(global: typeof globalThis) {
    let started: Promise<Browser> | null = null;
    global.startBrowser = () => (started ??= launchBrowser());
    return { teardown: async () => (await started)?.close() };
  },
} satisfies Environment;
