/** Several folders in one window. */
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { EXAMPLES } from "../../scripts/paths.mjs";
import { makeScratch } from "../../scripts/scratch.mjs";
import {
  openFromList,
  openWindow,
  quickInput,
  retried,
  runCommand,
  webviewWith,
  WITHIN,
  type VscodeWindow,
} from "../../scripts/window.mjs";

const SAME = "same.rnn.json";
const TUTORIAL = await readFile(join(EXAMPLES, "01-it-learns.rnn.json"), "utf8");

const named = (name: string): string => TUTORIAL.replace(/"name": "[^"]*"/, `"name": "${name}"`);

/** Both files match; the first row is the one whose path matches best. */
async function openIn(page: Page, part: string): Promise<void> {
  const row = quickInput(page).locator(".monaco-list-row").first().getByText(part).first();
  const breadcrumbs = page.locator(".breadcrumbs-control, .monaco-breadcrumbs");
  await retried(page, async () => {
    await openFromList(page, `${part}/${SAME}`, row);
    await breadcrumbs.getByText(part, { exact: true }).first().waitFor(WITHIN);
  });
}

describe("a workspace of two folders", () => {
  let folder: string;
  let window: VscodeWindow | undefined;
  beforeAll(async () => {
    folder = await makeScratch("workspace");
    for (const part of ["first", "second"]) {
      await mkdir(join(folder, part));
      await writeFile(join(folder, part, SAME), named(`Number ${part.length}`));
    }
    await writeFile(
      join(folder, "two.code-workspace"),
      JSON.stringify({ folders: [{ path: "first" }, { path: "second" }] }),
    );
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
      await runCommand(page, "RNN Lab: Run Experiment");
      await page.locator(".tab", { hasText: `Number ${part.length} — RNN Lab` }).waitFor();
      const panel = await webviewWith(page, ".lab-wide canvas");
      await panel.getByText(`Number ${part.length}`).first().waitFor();
    }
    expect(await page.locator(".tab", { hasText: "— RNN Lab" }).count()).toBe(2);
    await runCommand(page, "RNN Lab: Focus on Experiments View");
    // Experiments, and below them their recorded runs: both of these lists have two files of one name.
    for (const view of ["Experiments", "Runs"]) {
      const rows = page
        .locator(".sidebar .pane", { has: page.locator(".pane-header", { hasText: view }) })
        .locator(".monaco-list-row", { hasText: SAME });
      await expect
        .poll(async () => (await rows.allInnerTexts()).map((text) => /first|second/.exec(text)?.[0]).sort())
        .toEqual(["first", "second"]);
    }
  });
});
