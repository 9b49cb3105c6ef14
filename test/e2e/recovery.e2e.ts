/**
 * What is left when something ends in the middle: {the extension host killed, the server killed, the window reloaded,
 * the window closed, a second window on the folder} × {a run that trains, a paused run, a sweep, a comparison of cell
 * types}. All four are there at each fault, and each button that is offered afterwards brings its state back for the
 * next one.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { setPriority } from "node:os";
import { join } from "node:path";
import type { Frame, Locator, Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { openFile, runCommand, webviewWith, workbench } from "../../scripts/window.mjs";
import { readRun } from "../../src/runs/format/readRun";
import type { RunContents } from "../../src/runs/format/runContents";
import { useWindow } from "./harness";

const RUNS = "recorded";
/** Each fault takes minutes of the processors; npm test has the two that differ most. */
const ALL_FAULTS = process.env["RNNLAB_FAULTS"] === "all";
/** Of a thread, where others want the processors as well. */
const LOWEST = 19;
/** By the names of the experiments; the files are named after them. */
const NAMES = ["Training", "Pausing", "Sweeping", "Comparing"] as const;
type Name = (typeof NAMES)[number];

/** Ends long after the test. Its steps are so large that there is little to draw and to write. */
const ENDLESS = {
  seed: 1,
  task: { kind: "adding", sequences: 100, length: 50 },
  model: { cell: "lstm", hiddenSize: 16 },
  training: { optimizer: { kind: "adam", learningRate: 0.001 }, batchSize: 100, iterations: 10_000_000 },
};
/** Its runs end a few times a second. */
const SWEPT = { ...ENDLESS, training: { ...ENDLESS.training, iterations: 5 }, sweep: { seeds: 10_000 } };

const fileOf = (name: Name): string => `${name.toLowerCase()}.rnn.json`;
const titleOf = (name: Name): string => (name === "Sweeping" ? `Sweep: ${name}` : `${name} — RNN Lab`);

/** What the disk and the pages had of the four at some moment. */
interface Recorded {
  readonly training: RunContents;
  readonly paused: RunContents;
  readonly trials: number;
}

describe("in the middle of a run, a pause, a sweep and a comparison", () => {
  const window = useWindow({ machineSettings: { "rnnLab.runs.folder": RUNS, "rnnLab.threads": "1" } });

  async function runOf(name: Name): Promise<RunContents> {
    const folder = join(window().folder, RUNS);
    const runs = (await readdir(folder).catch(() => []))
      .filter((file) => file.endsWith(".rnnrun"))
      .flatMap((file) => {
        try {
          return [readRun(readFileSync(join(folder, file)))];
        } catch {
          // Being begun.
          return [];
        }
      })
      .filter(({ meta }) => meta.fileName === fileOf(name))
      .sort((a, b) => b.meta.startedAt - a.meta.startedAt);
    if (runs[0] === undefined) throw new Error(`No run of ${name} is recorded`);
    return runs[0];
  }

  /** Runs of the sweep that are on the disk. */
  async function savedTrials(): Promise<number> {
    const storage = join(window().profile, "server", "data", "User", "workspaceStorage");
    const files = (await readdir(storage, { recursive: true })).filter((file) => file.endsWith(".rnnsweep"));
    const texts = await Promise.all(files.map((file) => readFile(join(storage, file), "utf8")));
    return Math.max(0, ...texts.map((text) => text.split("\n").length - 2));
  }

  async function recorded(): Promise<Recorded> {
    await expect.poll(async () => (await runOf("Training")).checkpoint).not.toBeNull();
    await expect.poll(savedTrials).toBeGreaterThan(0);
    return { training: await runOf("Training"), paused: await runOf("Pausing"), trials: await savedTrials() };
  }

  /**
   * Brings the tab to the front, or opens the panel where there is none.
   * @returns its page, once it shows what is looked for
   */
  async function show(name: Name, selector: string): Promise<Frame> {
    const tab = window().page.locator(".tab", { hasText: titleOf(name) });
    if ((await tab.count()) > 0) await tab.first().click();
    else await start(name, name === "Sweeping" ? "RNN Lab: Show Sweep" : "RNN Lab: Open Panel");
    return webviewWith(window().page, within(name, selector));
  }

  const counted = async (sweep: Frame): Promise<number> =>
    Number(await sweep.locator(".progress").getAttribute("aria-valuenow"));
  const race = (panel: Frame): Locator => panel.locator(".card-race");
  const raceButton = (panel: Frame): Locator => race(panel).locator("button.tool-text").first();
  const percent = (panel: Frame): Locator => race(panel).getByText(/^\d+%$/);

  async function start(name: Name, command: string, page = window().page): Promise<void> {
    await openFile(page, join(window().folder, fileOf(name)));
    await runCommand(page, command);
  }

  const listed = (page: Page, words: string): Locator => page.locator(".sidebar .monaco-list-row", { hasText: words });

  /** It has to go on, and not to take the processors from all else. The list may be in the menu of the toolbar. */
  async function slowDown(panel: Frame): Promise<void> {
    const speed = panel.getByRole("combobox", { name: "Training speed", includeHidden: true });
    await speed.selectOption("10", { force: true });
    await expect.poll(() => speed.inputValue()).toBe("10");
  }

  async function pause(panel: Frame): Promise<void> {
    await panel.locator(".pill-running").waitFor();
    await panel.locator(".control-pauseResume").click();
    await panel.locator(".pill-paused").waitFor();
  }

  async function compare(panel: Frame): Promise<void> {
    const head = race(panel).getByRole("button", { name: "Compare cell types", exact: true });
    if ((await head.getAttribute("aria-expanded")) === "false") await head.click();
    await raceButton(panel).click();
    await percent(panel).waitFor();
    expect(await raceButton(panel).innerText()).toBe("Stop");
  }

  /** The extension host of this window, by who writes its run. */
  const hostProcess = async (): Promise<number> => (await runOf("Training")).meta.writer.process;

  /** Each of the four says what became of it, and its first button brings it back. */
  async function expectRecovered(before: Recorded): Promise<void> {
    const { page } = window();
    // A window that was closed opens with the view of the files.
    if (!(await page.locator(".sidebar .pane-header", { hasText: "Runs" }).isVisible()))
      await runCommand(page, "RNN Lab: Focus on Runs View");
    await expect.poll(() => listed(page, "interrupted at").count()).toBe(2);
    expect(await listed(page, "running at").or(listed(page, "paused at")).count()).toBe(0);
    for (const name of ["Training", "Pausing"] as const) {
      const panel = await show(name, ".banner-info");
      const run = name === "Training" ? before.training : before.paused;
      const banner = panel.locator(".banner", { hasText: "Interrupted at iteration" });
      const button = banner.locator("vscode-button").first();
      const offered = (await button.textContent())?.trim() ?? "";
      expect(offered).toMatch(/^Resume from [\d,]+$/);
      const from = numberIn(offered);
      expect(numberIn(await banner.innerText())).toBeGreaterThanOrEqual(run.status.iteration);
      expect(from).toBeGreaterThanOrEqual(run.checkpoint?.iteration ?? 0);
      await panel.locator(".pill-stopped").waitFor();
      await panel.locator(".card-loss canvas").waitFor();
      await button.click();
      await expect.poll(async () => (await runOf(name)).meta.resumedFrom).toBe(run.meta.runId);
      await expect.poll(async () => (await runOf(name)).status.iteration).toBeGreaterThan(from);
      await (name === "Pausing" ? pause(panel) : slowDown(panel));
    }
    const sweep = await show("Sweeping", ".banner");
    await sweep.getByText(/^Interrupted after [\d,]+ of 10,000 runs\.$/).waitFor();
    // A frame has a part of them.
    await expect.poll(() => counted(sweep)).toBeGreaterThanOrEqual(before.trials);
    const kept = await counted(sweep);
    await sweep.getByRole("button", { name: "Continue" }).click();
    await sweep.locator(".pill-running").waitFor();
    await expect.poll(() => counted(sweep)).toBeGreaterThan(kept);
    giveWay(await hostProcess());
    const comparing = await show("Comparing", ".card-race");
    await comparing.locator(".pill-stopped").waitFor();
    await race(comparing).scrollIntoViewIfNeeded();
    await race(comparing)
      .getByText(/^The last comparison was interrupted at \d+%/)
      .waitFor();
    await compare(comparing);
  }

  test("all four are under way", async () => {
    for (const name of NAMES)
      await writeFile(
        join(window().folder, fileOf(name)),
        JSON.stringify({ name, ...(name === "Sweeping" ? SWEPT : ENDLESS) }, null, 2),
      );
    await start("Comparing", "RNN Lab: Run Experiment");
    const comparing = await webviewWith(window().page, ".pill-running");
    await comparing.locator(".control-stop").click();
    await comparing.locator(".pill-stopped").waitFor();
    await start("Pausing", "RNN Lab: Run Experiment");
    await pause(await webviewWith(window().page, ".pill-running"));
    await start("Training", "RNN Lab: Run Experiment");
    await slowDown(await webviewWith(window().page, ".pill-running"));
    await start("Sweeping", "RNN Lab: Run Sweep");
    await webviewWith(window().page, ".sweep-table");
    await compare(await show("Comparing", ".card-race"));
    await runCommand(window().page, "RNN Lab: Focus on Runs View");
    // It would draw all the time.
    await window().page.locator(".sidebar .pane-header", { hasText: "Live" }).click();
    giveWay(await hostProcess());
  });

  test("a second window opens on the folder", async () => {
    const before = await recorded();
    const { browser, address, page: first } = window();
    const context = await browser.newContext({ viewport: { width: 1400, height: 900 } });
    const second = await context.newPage();
    await second.goto(address);
    await workbench(second);
    for (const name of ["Training", "Pausing"] as const) {
      await start(name, "RNN Lab: Open Panel", second);
      const panel = await webviewWith(second, within(name, ".banner-info"));
      await panel.locator(".banner", { hasText: "Active in another window." }).waitFor();
      expect(await panel.getByRole("button", { name: /^Resume/ }).count()).toBe(0);
    }
    await start("Sweeping", "RNN Lab: Open Panel", second);
    await webviewWith(second, within("Sweeping", ".invitation"));
    await start("Comparing", "RNN Lab: Open Panel", second);
    const comparing = await webviewWith(second, within("Comparing", ".banner-info"));
    expect(await raceButton(comparing).innerText()).toBe("Compare");
    await comparing.getByRole("button", { name: "Run Again" }).click();
    await comparing.locator(".pill-running").waitFor();
    await runCommand(second, "RNN Lab: Focus on Runs View");
    for (const page of [first, second]) {
      await expect.poll(() => listed(page, "running at").count()).toBe(2);
      await expect.poll(() => listed(page, "paused at").count()).toBe(1);
    }
    await comparing.locator(".control-stop").click();
    await comparing.locator(".pill-stopped").waitFor();
    await context.close();
    const sweep = await show("Sweeping", ".pill-running");
    await expect.poll(() => counted(sweep)).toBeGreaterThan(before.trials);
    await show("Training", ".pill-running");
    const { meta, status } = await runOf("Training");
    expect([meta.runId, (await runOf("Pausing")).meta.runId]).toEqual([
      before.training.meta.runId,
      before.paused.meta.runId,
    ]);
    expect(status.iteration).toBeGreaterThan(before.training.status.iteration);
    const stillComparing = await show("Comparing", ".card-race");
    await race(stillComparing).scrollIntoViewIfNeeded();
    await percent(stillComparing).waitFor();
  });

  /** What happens to the window until it is there again. */
  const FAULTS = {
    async "the extension host is killed"() {
      const panel = await show("Training", ".pill-running");
      const host = await hostProcess();
      process.kill(host, "SIGSTOP");
      await panel.locator(".connection-bar").waitFor();
      process.kill(host, "SIGCONT");
      await panel.locator(".connection-bar").waitFor({ state: "detached" });
      process.kill(host, "SIGKILL");
    },
    async "the server is killed and started again"() {
      await window().restartServer();
      await window().page.getByRole("button", { name: "Reload Window" }).first().click();
      await workbench(window().page);
    },
    async "the window is closed and opened again"() {
      await window().reopen();
    },
    async "the window is reloaded"() {
      await window().page.reload();
      await workbench(window().page);
    },
  };

  test.each(Object.entries(FAULTS).slice(0, ALL_FAULTS ? undefined : 1))("%s", async (_name, fault) => {
    const before = await recorded();
    await fault();
    await expectRecovered(before);
  });
});

/** In the page of this experiment. */
function within(name: Name, selector: string): string {
  return `body:has(h1:text-is("${name}")) ${selector}`;
}

/** What this host trains leaves the processors to the windows, and to the tests that run beside this one. */
function giveWay(host: number): void {
  if (!existsSync("/proc/self/stat")) return;
  for (const process of readdirSync("/proc").filter((name) => /^\d+$/.test(name)))
    try {
      // Behind the name of its program, which may hold anything: its state, and its parent.
      const [, parent] = readFileSync(`/proc/${process}/stat`, "utf8").split(") ").at(-1)!.split(" ");
      if (Number(parent) !== host) continue;
      for (const thread of readdirSync(`/proc/${process}/task`)) setPriority(Number(thread), LOWEST);
    } catch {
      // It has ended meanwhile.
    }
}

function numberIn(text: string): number {
  return Number(/[\d,]+/.exec(text)?.[0].replaceAll(",", ""));
}
