/** Several folders in one window, and several windows on one folder. */
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { EXAMPLES } from "../../scripts/paths.mjs";
import { makeScratch } from "../../scripts/scratch.mjs";
import { openFile, openWindow, runCommand, webviewWith, type VscodeWindow } from "../../scripts/window.mjs";
import { useWindow } from "./harness";

const SAME = "same.rnn.json";
const TUTORIAL = await readFile(join(EXAMPLES, "01-it-learns.rnn.json"), "utf8");

const named = (name: string): string => TUTORIAL.replace(/"name": "[^"]*"/, `"name": "${name}"`);

/** Both files match; the first row is the one whose path matches best. */
async function openIn(page: Page, part: string): Promise<void> {
  await page.keyboard.press("ControlOrMeta+P");
  const box = page.locator(".quick-input-widget:visible");
  await box.locator("input[type=text]").first().fill(`${part}/${SAME}`);
  await box.locator(".monaco-list-row").first().getByText(part).first().waitFor();
  await page.keyboard.press("Enter");
  await page.locator(`.tab.active[data-resource-name="${SAME}"]`).waitFor();
  await page.locator(".breadcrumbs-control, .monaco-breadcrumbs").getByText(part, { exact: true }).first().waitFor();
}

describe("a workspace of two folders", () => {
  let folder: string;
  let window: VscodeWindow | undefined;
  beforeAll(async () => {
    folder = await makeScratch("workspace");
    for (const part of ["first", "second"]) {
      await mkdir(join(folder, part));
      await writeFile(join(folder, part, SAME), named(`The ${part}`));
    }
    await writeFile(join(folder, "two.code-workspace"), JSON.stringify({ folders: [{ path: "first" }, { path: "second" }] }));
    window = await openWindow({ folder: join(folder, "two.code-workspace") });
  });
  afterAll(async () => {
    await window?.close();
    await rm(folder, { recursive: true, force: true });
  });

  test("runs its two files of the same name in panels of their own, and lists them by their folders", async () => {
    if (window === undefined) throw new Error("the window is open");
    const { page } = window;
    for (const part of ["first", "second"]) {
      await openIn(page, part);
      await runCommand(page, "RNN Lab: Run");
      await page.locator(".tab", { hasText: `The ${part} — RNN Lab` }).waitFor();
      const panel = await webviewWith(page, ".lab-wide canvas");
      await panel.getByText(`The ${part}`).first().waitFor();
    }
    expect(await page.locator(".tab", { hasText: "— RNN Lab" }).count()).toBe(2);
    await runCommand(page, "RNN Lab: Focus on Experiments View");
    const rows = page.locator(".sidebar .monaco-list-row", { hasText: SAME });
    await expect.poll(async () => (await rows.allInnerTexts()).map((text) => /first|second/.exec(text)?.[0]).sort()).toEqual(["first", "second"]);
  });
});

describe("two windows on one folder", () => {
  const RUNS = "recorded";
  const window = useWindow({ settings: { "rnnLab.runs.folder": RUNS } });

  async function run(page: Page): Promise<void> {
    await openFile(page, join(window().folder, "01-it-learns.rnn.json"));
    await runCommand(page, "RNN Lab: Run");
    await webviewWith(page, ".lab-wide canvas");
  }

  test("record side by side, and each lists the runs of both", async () => {
    const { page: first, browser, address, folder } = window();
    const second = await browser.newPage({ viewport: { width: 1400, height: 900 } });
    await second.goto(address);
    await second.locator(".monaco-workbench .part.statusbar").waitFor();
    await Promise.all([run(first), run(second)]);
    await expect.poll(async () => (await readdir(join(folder, RUNS))).filter((name) => name.endsWith(".rnnrun")).length, { timeout: 20_000 }).toBe(2);
    for (const page of [first, second]) {
      await runCommand(page, "RNN Lab: Focus on Runs View");
      await expect.poll(() => page.locator(".sidebar .monaco-list-row", { hasText: /loss 1\.8/ }).count(), { timeout: 20_000 }).toBe(2);
    }
    await second.close();
  });
});
