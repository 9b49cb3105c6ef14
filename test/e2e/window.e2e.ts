import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { EXAMPLES } from "../../scripts/paths.mjs";
import { openFile, quickInput, retried, runCommand, setTheme, webviewWith, WITHIN } from "../../scripts/window.mjs";
import { useWindow } from "./harness";

describe("a window with the examples", () => {
  const window = useWindow();

  test("lists every example in the explorer", async () => {
    const names = await readdir(EXAMPLES);
    for (const name of names)
      await window().page.locator(".explorer-folders-view").getByText(name, { exact: true }).waitFor();
    expect(names.filter((name) => name.endsWith(".rnn.json")).length).toBeGreaterThanOrEqual(5);
  });

  test("has the extension in the activity bar, and its experiments one click away", async () => {
    const { page } = window();
    await page.locator(".activitybar").getByRole("tab", { name: "RNN Lab" }).click();
    await page
      .locator(".sidebar .pane")
      .filter({ hasText: "Experiments" })
      .getByText("01-it-learns.rnn.json")
      .waitFor();
  });

  test("runs the open file from the palette in a panel beside it", async () => {
    const { page, folder } = window();
    await openFile(page, join(folder, "01-it-learns.rnn.json"));
    await runCommand(page, "RNN Lab: Run Experiment");
    const panel = await webviewWith(page, "canvas");
    expect(await panel.locator("canvas").count()).toBeGreaterThan(0);
    // Beside the file, not over it.
    expect(await page.locator(".editor-group-container").count()).toBe(2);
  });

  test("does a step again whose quick input closes in the middle of it", async () => {
    const { page } = window();
    let tries = 0;
    const shown = await retried(page, async () => {
      tries++;
      await page.keyboard.press("F1");
      if (tries === 1) await page.keyboard.press("Escape");
      await quickInput(page).locator("input[type=text]").first().fill(">RNN Lab: Run", WITHIN);
      return quickInput(page).locator("input[type=text]").first().inputValue(WITHIN);
    });
    await page.keyboard.press("Escape");
    expect(shown).toBe(">RNN Lab: Run");
    expect(tries).toBeGreaterThan(1);
  });

  test("follows a change of the color theme", async () => {
    const { page } = window();
    const panel = await webviewWith(page, "canvas");
    const background = () => panel.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const dark = await background();
    await setTheme(page, "light");
    await panel.locator("body.vscode-light").waitFor();
    expect(await background()).not.toBe(dark);
  });
});
