/** What is left of a run when the process that trains it is killed, in the window. */
import { readFileSync } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openFile, runCommand, webviewWith } from "../../scripts/window.mjs";
import { readRun } from "../../src/runs/format/readRun";
import type { RunContents } from "../../src/runs/format/runContents";
import { useWindow } from "./harness";

const FILE = "10-adding-with-lstm.rnn.json";
const RUNS = "recorded";

describe("recorded runs in use", () => {
  const window = useWindow({ machineSettings: { "rnnLab.runs.folder": RUNS } });

  async function runFiles(): Promise<RunContents[]> {
    const names = await readdir(join(window().folder, RUNS)).catch(() => []);
    return names
      .filter((name) => name.endsWith(".rnnrun"))
      .flatMap((name) => {
        try {
          return [readRun(readFileSync(join(window().folder, RUNS, name)))];
        } catch {
          // Being begun.
          return [];
        }
      });
  }

  test("a run whose extension host is killed in the middle is there afterwards, in the list and in the panel, and goes on from its last checkpoint", async () => {
    const { page, folder } = window();
    const path = join(folder, FILE);
    await writeFile(path, (await readFile(path, "utf8")).replace(/"iterations": \d+/, '"iterations": 1000000'));
    await openFile(page, path);
    await runCommand(page, "RNN Lab: Run Experiment");
    await expect
      .poll(async () =>
        (await runFiles()).some(({ endedAt, checkpoints }) => endedAt === null && checkpoints.length > 0),
      )
      .toBe(true);
    // Where a click on the command seemed not to have come, it was given twice.
    const before = (await runFiles()).find(({ endedAt, checkpoints }) => endedAt === null && checkpoints.length > 0);
    if (before === undefined) throw new Error("a run is recorded");
    process.kill(before.meta.writer.process, "SIGKILL");
    // The next host opens the panel again, in place of the one that nobody stands behind.
    const reopened = await webviewWith(page, "[data-state]:not([inert]) .banner");
    await reopened.getByRole("button", { name: /^Resume from [\d,]+$/ }).waitFor();
    await expect.poll(() => page.locator(".tab", { hasText: "— RNN Lab" }).count()).toBe(1);
    await page.reload();
    await page.locator(".monaco-workbench .part.statusbar").waitFor();
    await runCommand(page, "RNN Lab: Focus on Runs View");
    await page.locator(".monaco-list-row", { hasText: "interrupted at" }).waitFor();
    await openFile(page, path);
    await runCommand(page, "RNN Lab: Open Panel");
    const panel = await webviewWith(page, ".banner");
    await panel.getByText(/^Interrupted at iteration [\d,]+\.$/).waitFor();
    await panel.getByRole("button", { name: /^Resume from [\d,]+$/ }).click();
    await expect
      .poll(
        async () =>
          (await runFiles()).find(({ meta }) => meta.resumedFrom === before.meta.runId)?.status.iteration ?? 0,
      )
      .toBeGreaterThan(before.checkpoints.at(-1)?.iteration ?? 0);
    await page.locator(".monaco-list-row", { hasText: "running at" }).waitFor();
    await expect.poll(() => page.locator(".monaco-list-row", { hasText: "interrupted at" }).count()).toBe(0);
  });
});
