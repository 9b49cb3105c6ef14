/** A VS Code window for the tests of a file, and pictures of it. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, onTestFailed } from "vitest";
import { OUT } from "../../scripts/paths.mjs";
import { openWindow, type VscodeWindow, type WindowOptions } from "../../scripts/window.mjs";

/**
 * Opens one window before the first test and closes it after the last; after a failed test a picture of it is saved.
 * Call it inside `describe` or at the top of a file. The extension is the one in dist/: build before.
 */
export function useWindow(options: WindowOptions = {}): () => VscodeWindow {
  let window: VscodeWindow | undefined;
  const get = () => {
    if (window === undefined) throw new Error("The window is open only while a test runs");
    return window;
  };
  beforeAll(async () => {
    window = await openWindow(options);
  });
  beforeEach(({ task }) =>
    onTestFailed(async () => {
      await takeScreenshot(get(), `failed ${task.name}`);
    }),
  );
  afterAll(async () => window?.close());
  return get;
}

/** Saves out/screenshots/NAME.png and gives its path. */
async function takeScreenshot(window: VscodeWindow, name: string): Promise<string> {
  const folder = join(OUT, "screenshots");
  await mkdir(folder, { recursive: true });
  const path = join(folder, `${name.replaceAll(/[^\w.-]+/g, "-")}.png`);
  await window.page.screenshot({ path });
  return path;
}
