// @ts-check
/** A real VS Code window that runs a bench in its extension host, for the benches that measure host and page together. */
import { cp, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { followEvents } from "../../scripts/host-events.mjs";
import { DIST, EXAMPLES, ROOT } from "../../scripts/paths.mjs";
import { makeScratch } from "../../scripts/scratch.mjs";
import { openWindow, remoteUri } from "../../scripts/window.mjs";

/**
 * @param {string} bench name of a file in test/bench/inside
 * @param {unknown} plan what that file is to do, as JSON
 * @param {(event: Record<string, unknown>, page: import("playwright-core").Page) => Promise<void> | void} onEvent
 * @param {{ size?: { width: number, height: number }, settings?: Record<string, unknown> }} [options]
 */
export async function runInside(bench, plan, onEvent, { size = { width: 1600, height: 1000 }, settings = {} } = {}) {
  const folder = await makeScratch("bench");
  const workspace = join(folder, "workspace");
  await cp(EXAMPLES, workspace, { recursive: true });
  // Those of the workspace: a window on a server does not read settings of the machine among those of the user.
  await mkdir(join(workspace, ".vscode"), { recursive: true });
  await writeFile(join(workspace, ".vscode", "settings.json"), JSON.stringify(settings));
  const results = join(folder, "results.jsonl");
  const handledFile = join(folder, "handled");
  const window = await openWindow({
    folder: workspace,
    size,
    testDriver: true,
    installExtension: async () => undefined,
    env: {
      RNNLAB_HOST_RESULTS: results,
      RNNLAB_BENCH_HANDLED: handledFile,
      RNNLAB_BENCH_PLAN: JSON.stringify(plan),
    },
    payload: (server) => [
      ["extensionDevelopmentPath", remoteUri(server, ROOT)],
      ["extensionTestsPath", remoteUri(server, join(DIST, "test", "bench", `${bench}.js`))],
      ["skipWelcome", "true"],
    ],
  });
  let ended = false;
  let handled = 0;
  void window.server.ended.then(() => (ended = true));
  try {
    for await (const event of followEvents(results, () => ended)) {
      if (event.type === "broken") throw new Error(event.error);
      await onEvent(/** @type {Record<string, unknown>} */ (/** @type {unknown} */ (event)), window.page);
      await writeFile(handledFile, String(++handled));
    }
    if (ended) throw new Error("The window closed before the bench ended.");
  } finally {
    await window.close();
    await rm(folder, { recursive: true, force: true });
  }
}
