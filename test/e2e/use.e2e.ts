/** What a person does with an experiment, in the window and with the keys and clicks they would use. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Frame } from "playwright-core";
import { describe, expect, test } from "vitest";
import { openFile, runCommand, webviewWith } from "../../scripts/window.mjs";
import { useWindow } from "./harness";

const FILE = "01-it-learns.rnn.json";

const status = (panel: Frame, text: string) =>
  panel.locator(".pill:not(.pill-button)").getByText(text, { exact: true }).waitFor();
const pixels = (panel: Frame) =>
  panel
    .locator("canvas")
    .evaluateAll((canvases) => canvases.map((canvas) => (canvas as HTMLCanvasElement).toDataURL()));

describe("an experiment in use", () => {
  const window = useWindow();

  test("draws its charts while it trains", async () => {
    const { page, folder } = window();
    await openFile(page, join(folder, FILE));
    await runCommand(page, "RNN Lab: Open Panel");
    const panel = await webviewWith(page, ".pill");
    await panel.getByRole("combobox").click();
    await panel.getByRole("option", { name: /^100 steps/ }).click();
    await panel.locator("main").getByRole("button", { name: "Run" }).click();
    await status(panel, "Running");
    await panel.locator("canvas").first().waitFor();
    const early = await pixels(panel);
    await status(panel, "Done");
    // Those over the iterations that are on the screen: loss and heat map. States and path hardly move once it has
    // learned.
    await expect
      .poll(async () => (await pixels(panel)).filter((image, i) => image !== early[i]).length)
      .toBeGreaterThanOrEqual(2);
  });

  test("moves the cursor of all charts by one chart's keys", async () => {
    const panel = await webviewWith(window().page, "canvas");
    await panel.getByRole("slider", { name: /^Loss:/ }).focus();
    await window().page.keyboard.press("Home");
    await panel.locator(".cursor-place").getByText("Iteration 0", { exact: true }).waitFor();
    // The gradient over time is the one of iteration 0: twice as long with each step back.
    await panel.locator(".card").filter({ hasText: "Gradient over time" }).getByText("×2.00").first().waitFor();
    await window().page.keyboard.press("Escape");
  });

  test("changes a number by the palette, keeps the comments, runs again beside the ghost of the last run, and takes it back", async () => {
    const { page, folder } = window();
    const before = await readFile(join(folder, FILE), "utf8");
    await page.locator(`.tab[data-resource-name="${FILE}"]`).click();
    await runCommand(page, "RNN Lab: Edit Hyperparameter…");
    const box = page.locator(".quick-input-widget:visible");
    await box.locator("input[type=text]").first().fill("training.iterations");
    await box.locator(".monaco-list-row", { hasText: "training.iterations" }).first().click();
    const input = box.locator("input[type=text]").first();
    await input.fill("many");
    await box
      .locator(".quick-input-message")
      .getByText(/number/)
      .waitFor();
    await input.fill("300");
    await page.keyboard.press("Enter");
    const panel = await webviewWith(page, "canvas");
    await panel.getByText("of 300").first().waitFor();
    await panel.getByText("run 1", { exact: false }).first().waitFor();
    await expect
      .poll(() => readFile(join(folder, FILE), "utf8"))
      .toBe(before.replace('"iterations": 500', '"iterations": 300'));
    await page.locator(".editor-group-container .monaco-editor .view-line").first().click();
    await page.keyboard.press("ControlOrMeta+Z");
    await page.keyboard.press("ControlOrMeta+S");
    await expect.poll(() => readFile(join(folder, FILE), "utf8")).toBe(before);
    await panel.getByText("of 500").first().waitFor();
  });

  test("comes back after the window was reloaded, and runs", async () => {
    const { page } = window();
    await page.reload();
    await page.locator(".monaco-workbench .part.statusbar").waitFor();
    const panel = await webviewWith(page, ".pill", 60_000);
    await panel.getByText(FILE).first().waitFor();
    await status(panel, "Not run yet");
    await panel.locator("main").getByRole("button", { name: "Run" }).click();
    await status(panel, "Done");
  });
});

describe("a workspace that is not trusted", () => {
  const window = useWindow({ trusted: false, settings: { "security.workspace.trust.startupPrompt": "never" } });

  test("shows an experiment and says why it does not train", async () => {
    const { page, folder } = window();
    await openFile(page, join(folder, FILE));
    await runCommand(page, "RNN Lab: Open Panel");
    const panel = await webviewWith(page, ".pill");
    await panel.getByRole("heading", { name: "Restricted mode" }).waitFor();
    expect(
      await panel
        .locator("vscode-button:not([disabled])")
        .filter({ hasText: /^\s*Run/ })
        .count(),
    ).toBe(0);
  });
});
