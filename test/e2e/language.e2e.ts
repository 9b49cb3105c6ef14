/** A VS Code window in another language. */
import { cp, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { DIST, ROOT } from "../../scripts/paths.mjs";
import { openFile, retried, runCommand, webviewWith, WITHIN } from "../../scripts/window.mjs";
import { accent, accentBundle } from "../accents";
import { useWindow } from "./harness";

describe("a window in another language", () => {
  const window = useWindow({
    async installExtension(profile) {
      const folder = join(profile, "extensions", "rnn-lab.rnn-lab-0.0.1");
      await mkdir(folder, { recursive: true });
      for (const part of ["package.json", "package.nls.json", "media"])
        await cp(join(ROOT, part), join(folder, part), { recursive: true });
      await cp(DIST, join(folder, "dist"), { recursive: true, filter: (path) => !path.endsWith(".map") });
      await mkdir(join(folder, "l10n"));
      await writeFile(join(folder, "l10n", "bundle.l10n.de.json"), JSON.stringify(accentBundle()));
    },
  });

  it("speaks it in the editor, in the panel, and in what the thread finds", async () => {
    const { browser, address, folder } = window();
    const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
    // As the pages of a VS Code that was set to German.
    await page.addInitScript(() => Object.assign(globalThis, { _VSCODE_NLS_LANGUAGE: "de" }));
    await page.goto(address);
    await page.locator(".monaco-workbench .part.statusbar").waitFor();
    await openFile(page, join(folder, "02-it-explodes.rnn.json"));
    await page.locator(".codelens-decoration", { hasText: accent("Check Gradients") }).waitFor();
    // A hover closes when the window turns to something else.
    await retried(page, async () => {
      await page.locator(".view-line").getByText('"seed"').click(WITHIN);
      await runCommand(page, "Show or Focus Hover");
      await page
        .locator(".monaco-hover")
        .getByText(accent("Random seed for data, initialization, batches and dropout."))
        .waitFor(WITHIN);
    });
    await runCommand(page, "RNN Lab: Run Experiment");
    const panel = await webviewWith(page, ".lab-wide canvas");
    await panel.getByText(accent("Training diverged at iteration 2: the loss is")).waitFor();
    await panel.locator(".finding-line strong", { hasText: accent("Exploding gradient") }).waitFor();
    expect(await panel.evaluate(() => document.documentElement.lang)).toBe("de");
    await page.locator(".statusbar-item", { hasText: accent("diverged") }).waitFor();
    await page.close();
  });
});
