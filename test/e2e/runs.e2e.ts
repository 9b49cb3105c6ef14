/** What is left of a run when the process that trains it is killed, in the window. */
import { readFileSync, writeFileSync } from "node:fs";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { openFile, quickInput, retried, runCommand, webviewWith, WITHIN } from "../../scripts/window.mjs";
import { readRun } from "../../src/runs/format/readRun";
import type { RunContents } from "../../src/runs/format/runContents";
import { configHash } from "../../src/config/compare/hash";
import { encodeRun } from "../../src/runs/format/encodeRun";
import { encodeLease } from "../../src/runs/lease";
import { createTrainer } from "../../src/core/training/trainer";
import { COUNT_ONES } from "../unit/session/support";
import { metaOf, trainedRun } from "../unit/runs/support";
import { useWindow } from "./harness";

const FILE = "10-adding-with-lstm.rnn.json";
const RUNS = "recorded";

/** In the middle of a run of another machine. */
function runElsewhere(runId: string): Uint8Array {
  const config = { ...COUNT_ONES, engine: "float64" } as const;
  const trainer = createTrainer(config);
  for (let i = 0; i < 10; i++) trainer.step(null);
  const run = trainedRun(config, runId);
  return encodeRun({
    ...run,
    meta: metaOf({
      runId,
      config,
      configHash: configHash(config),
      configText: JSON.stringify(config),
      name: "Elsewhere",
    }),
    checkpoint: trainer.checkpoint(),
    events: [],
    status: { ...run.status, phase: "running", iteration: 10 },
    endedAt: null,
  });
}

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
      .poll(async () => (await runFiles()).some(({ endedAt, checkpoint }) => endedAt === null && checkpoint !== null))
      .toBe(true);
    // Where a click on the command seemed not to have come, it was given twice.
    const before = (await runFiles()).find(({ endedAt, checkpoint }) => endedAt === null && checkpoint !== null);
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
      .toBeGreaterThan(before.checkpoint?.iteration ?? 0);
    await page.locator(".monaco-list-row", { hasText: "running at" }).waitFor();
    await expect.poll(() => page.locator(".monaco-list-row", { hasText: "interrupted at" }).count()).toBe(0);
  });

  test("a run that another machine writes is resumed only after a question, and stays as it is", async () => {
    const { page, folder } = window();
    const id = "0d5f0f3c-6d0c-4a3e-9a7e-6d2f6f7b1c11";
    const at = (extension: string) => join(folder, RUNS, id + extension);
    const place = { process: 4321, processStart: "1", boot: "another", pidNamespace: "pid:[1]", machine: "far-away" };
    let beat = 0;
    const bytes = Buffer.from(runElsewhere(id));
    await mkdir(join(folder, RUNS), { recursive: true });
    const sayThatItLives = () => writeFileSync(at(".rnnlease"), encodeLease({ ...place, beat: beat++ }));
    sayThatItLives();
    const heartbeat = setInterval(sayThatItLives, 1000);
    onTestFinished(() => clearInterval(heartbeat));
    await writeFile(at(".rnnrun"), bytes);
    const resumed = async () => (await runFiles()).filter(({ meta }) => meta.resumedFrom === id).length;
    const dialog = page.locator(".monaco-dialog-box");
    for (const [answer, count] of [
      ["Cancel", 0],
      ["Resume Anyway", 1],
    ] as const) {
      const row = quickInput(page).locator(".monaco-list-row", { hasText: "Elsewhere" });
      await retried(page, async () => {
        await runCommand(page, "RNN Lab Runs: Resume");
        await row.click(WITHIN);
        await dialog.waitFor(WITHIN);
      });
      const words = (await dialog.innerText()).replaceAll(/\s+/g, " ");
      expect(words).toMatch(/“.+” (?:is being|may still be) trained by another window or terminal\./);
      expect(words).toContain("It is written by process 4321 on far-away.");
      expect(words).toMatch(
        /a second run starts from iteration 10 and is saved in a file of its own\. The other run is not/,
      );
      await dialog.getByRole("button", { name: answer, exact: true }).click();
      await dialog.waitFor({ state: "detached" });
      await expect.poll(resumed).toBe(count);
    }
    await expect
      .poll(async () => (await runFiles()).find(({ meta }) => meta.resumedFrom === id)?.status.phase)
      .toBe("done");
    expect(await readFile(at(".rnnrun"))).toEqual(bytes);
    const trashed = await readdir(join(folder, RUNS, "trash")).catch(() => []);
    expect(trashed.filter((name) => name.startsWith(id))).toEqual([]);
  });
});
