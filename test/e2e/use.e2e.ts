/** What a person does with an experiment, in the window and with the keys and clicks they would use. */
import { appendFile, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Frame } from "playwright-core";
import { describe, expect, test } from "vitest";
import { EXAMPLES } from "../../scripts/paths.mjs";
import { openFile, quickInput, retried, runCommand, webviewWith, WITHIN } from "../../scripts/window.mjs";
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
    const more = panel.getByRole("button", { name: "More Controls", exact: true });
    const speed = panel.getByRole("combobox", { name: "Training speed" });
    if (!(await speed.isVisible())) await more.click();
    await speed.selectOption("100");
    await page.keyboard.press("Escape");
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
    await panel.locator(".cursor-place").getByText("0", { exact: true }).waitFor();
    // The gradient over time is the one of iteration 0: twice as long with each step back.
    await panel.locator(".card").filter({ hasText: "Gradient by time step" }).getByText("×2.00").first().waitFor();
    await window().page.keyboard.press("Escape");
  });

  test("changes a number by the palette, keeps the comments, runs again beside the ghost of the last run, and takes it back", async () => {
    const { page, folder } = window();
    const before = await readFile(join(folder, FILE), "utf8");
    await page.locator(`.tab[data-resource-name="${FILE}"]`).click();
    const box = quickInput(page);
    const input = box.locator("input[type=text]").first();
    await retried(page, async () => {
      await runCommand(page, "RNN Lab: Edit Hyperparameter…");
      await input.fill("training.iterations", WITHIN);
      await box.locator(".monaco-list-row", { hasText: "training.iterations" }).first().click(WITHIN);
      await input.fill("many", WITHIN);
      await box
        .locator(".quick-input-message")
        .getByText(/number/)
        .waitFor(WITHIN);
      await input.fill("300", WITHIN);
      await input.press("Enter", WITHIN);
    });
    const panel = await webviewWith(page, "canvas");
    await panel.getByText("/ 300").first().waitFor();
    await panel.locator(".card-loss .card-details", { hasText: "Run 1" }).waitFor();
    await expect
      .poll(() => readFile(join(folder, FILE), "utf8"))
      .toBe(before.replace('"iterations": 500', '"iterations": 300'));
    await page.locator(".editor-group-container .monaco-editor .view-line").first().click();
    await page.keyboard.press("ControlOrMeta+Z");
    await page.keyboard.press("ControlOrMeta+S");
    await expect.poll(() => readFile(join(folder, FILE), "utf8")).toBe(before);
    await panel.getByText("/ 500").first().waitFor();
  });

  test("resets the examples after it has listed what differs, and not when that is canceled", async () => {
    const { page, folder } = window();
    const [changed, deleted] = ["03-clipping-saves-it.rnn.json", "weather-words.txt"] as const;
    const shipped = await readFile(join(EXAMPLES, changed), "utf8");
    await appendFile(join(folder, changed), "// mine\n");
    await rm(join(folder, deleted));
    const dialog = page.locator(".monaco-dialog-box");
    for (const answer of ["Cancel", "Reset"]) {
      await runCommand(page, "RNN Lab: Reset Examples");
      await dialog.getByText("Reset 2 files in examples to the examples that RNN Lab ships?").waitFor();
      expect(await dialog.innerText()).toContain(`${changed}: changed`);
      expect(await dialog.innerText()).toContain(`${deleted}: deleted`);
      await dialog.getByRole("button", { name: answer, exact: true }).click();
      await dialog.waitFor({ state: "detached" });
    }
    await expect.poll(() => readFile(join(folder, changed), "utf8")).toBe(shipped);
    expect(await readFile(join(folder, deleted), "utf8")).toBe(await readFile(join(EXAMPLES, deleted), "utf8"));
  });

  test("comes back with its run after the window was reloaded; Step trains one more iteration of it", async () => {
    const { page } = window();
    await status(await webviewWith(page, ".card-loss canvas"), "Done");
    await page.reload();
    await page.locator(".monaco-workbench .part.statusbar").waitFor();
    const panel = await webviewWith(page, ".card-loss canvas");
    await panel.getByRole("button", { name: `Open ${FILE}` }).waitFor();
    await status(panel, "Done");
    await panel.locator(".control-step").click();
    await status(panel, "Paused");
    await panel.getByText("/ 1,000").first().waitFor();
    await panel.locator(".control-run").click();
    await status(panel, "Done");
  });

  test("comes back in the middle of a run after the window was reloaded, and goes on with it", async () => {
    const { page, folder } = window();
    const file = "10-adding-with-lstm.rnn.json";
    await openFile(page, join(folder, file));
    await runCommand(page, "RNN Lab: Run Experiment");
    const running = await webviewWith(page, ".pill-running");
    await running.locator(".card-loss canvas").waitFor();
    // A checkpoint comes with the pause, not only after some seconds.
    await running.locator(".control-pauseResume").click();
    await status(running, "Paused");
    await page.reload();
    await page.locator(".monaco-workbench .part.statusbar").waitFor();
    // Of a panel that was opened a moment ago VS Code may know nothing.
    await openFile(page, join(folder, file));
    await runCommand(page, "RNN Lab: Open Panel");
    const panel = await webviewWith(page, ".banner");
    await panel.getByText(/^Interrupted at iteration [\d,]+\.$/).waitFor();
    await panel.locator(".card-loss canvas").waitFor();
    await panel.getByRole("button", { name: /^Resume from [\d,]+$/ }).click();
    await status(panel, "Running");
    await panel.locator(".control-stop").click();
    await status(panel, "Stopped");
  });
});

describe("a workspace that is not trusted", () => {
  const window = useWindow({ trusted: false, settings: { "security.workspace.trust.startupPrompt": "never" } });

  test("shows an experiment and says why it does not train", async () => {
    const { page, folder } = window();
    await openFile(page, join(folder, FILE));
    await runCommand(page, "RNN Lab: Open Panel");
    const panel = await webviewWith(page, ".pill");
    await panel.getByRole("heading", { name: "Restricted Mode" }).waitFor();
    expect(
      await panel
        .locator("vscode-button:not([disabled])")
        .filter({ hasText: /^\s*Run/ })
        .count(),
    ).toBe(0);
  });
});
