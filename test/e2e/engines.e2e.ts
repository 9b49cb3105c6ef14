/**
 * A sweep on an engine, in the middle of which VS Code is gone: the engine goes on, the same command follows it again
 * in the next window, and the table is that of one process. On Slurm where it is installed.
 */
import { rmSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Frame } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openFile, runCommand, webviewWith, workbench } from "../../scripts/window.mjs";
import { openSweepFolder, type SweepFolder } from "../../src/sweepFolder/planFile";
import { bundleTrial, resultsOf } from "../unit/cli/trial/support";
import { TestSlurm, whyNoSlurm } from "../unit/engines/slurm";
import { expectWhole, SMALL_SWEEP, undisturbedTable } from "../unit/engines/support";
import { useWindow } from "./harness";

const TRIALS = 8;
/** Each trains for seconds, so that there is a middle. */
const SWEPT = {
  ...SMALL_SWEEP,
  training: { ...SMALL_SWEEP.training, iterations: 20_000 },
  sweep: { ...SMALL_SWEEP.sweep, search: { kind: "random", budget: TRIALS } },
};
const noSlurm = whyNoSlurm();

describe("a sweep on an engine goes on while VS Code is gone", () => {
  let slurm: TestSlurm | null = null;
  let bundle: Awaited<ReturnType<typeof bundleTrial>>;
  let table: string;

  beforeAll(async () => {
    bundle = await bundleTrial();
    table = await undisturbedTable(SWEPT, join(bundle.folder, "whole"), bundle.program);
    if (noSlurm !== null) return;
    slurm = await TestSlurm.start();
    // The server of the window inherits it.
    Object.assign(process.env, slurm.env);
  });
  afterAll(async () => {
    await slurm?.stop();
    rmSync(bundle.folder, { recursive: true, force: true });
  });
  const window = useWindow({
    machineSettings: {
      "rnnLab.sweepEngines": { local: { processes: 2 }, slurm: { pack: 1, node: process.execPath, time: "10" } },
    },
  });

  async function sweepOn(engine: string): Promise<Frame> {
    const { page, folder } = window();
    await openFile(page, join(folder, `${engine}.rnn.json`));
    await runCommand(page, "RNN Lab: Sweep On…");
    await page.locator(".quick-input-widget .label-name").getByText(engine, { exact: true }).click();
    return webviewWith(page, `body:has(h1:text-is("${engine}")) .sweep-table`);
  }

  const done = async (folder: SweepFolder): Promise<number> => (await resultsOf(folder)).length;

  async function surviveWithout(engine: string): Promise<void> {
    const { folder: opened } = window();
    await writeFile(join(opened, `${engine}.rnn.json`), JSON.stringify({ name: engine, ...SWEPT }, null, 2));
    const first = await sweepOn(engine);
    await first.locator(".pill-running").waitFor();
    const folder = await openSweepFolder(join(opened, `${engine}.sweep`));
    await expect.poll(() => done(folder)).toBeGreaterThan(0);
    await window().server.kill();
    const alone = await done(folder);
    expect(alone).toBeLessThan(TRIALS);
    await expect.poll(() => done(folder)).toBeGreaterThan(alone);

    await window().restartServer();
    await window().page.getByRole("button", { name: "Reload Window" }).first().click();
    await workbench(window().page);
    const again = await sweepOn(engine);
    await again.locator(".pill-done").waitFor();
    await expect.poll(() => again.locator(".progress").getAttribute("aria-valuenow")).toBe(String(TRIALS));
    await expectWhole(folder, table);
  }

  test("on local", () => surviveWithout("local"));
  test.skipIf(noSlurm !== null)(`on Slurm${noSlurm === null ? "" : ` (not run: ${noSlurm})`}`, () =>
    surviveWithout("slurm"),
  );
});
