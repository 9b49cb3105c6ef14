/** RNN Lab in another language: nothing of it is left in English. */
import { cp, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { DIST, ROOT } from "../../scripts/paths.mjs";
import { openFile, retried, runCommand, webviewWith, WITHIN } from "../../scripts/window.mjs";
import { accent, accentBundle } from "../accents";
import { useWindow } from "./harness";
import { open, openMore, openOther, OTHER_PAGES, servePanel, STATES } from "./panelPage";
import { collectShown, englishWords } from "./shownWords";

servePanel();

/** What is below the edge of the window is not drawn. */
const TALL = { wide: { width: 1100, height: 6000 }, compact: { width: 300, height: 9000 } } as const;

/** What is the same in every language. */
const NAMES: readonly RegExp[] = [
  /RNN Lab/g,
  // The places and values of the experiment file.
  /\b(?:task|model|training|trace|sweep)(?:\.\w+)+/g,
  /"[^"]*"/g,
  /`[^`]*`/g,
  /\b[\w-]+\.rnn\.json/g,
  // Values of the file where they stand for themselves, in lists to choose from and where a sweep or a comparison tells
  // them apart, and keys as the names of what is swept.
  /\b(?:linear|rnn|lstm|gru|tanh|relu|rprop(?:-pytorch)?|sgd|momentum|nesterov|rmsprop|adamw?|constant|step|exponential|cosine|pytorch|xavier|orthogonal|identity|chrono|auto|full|null|float(?:32|64))\b/g,
  /\b(?:count-ones|binary-addition|adding|copy|parity|temporal-order|sine|text|csv)\b/g,
  /\b(?:learningRate|hiddenSize|exactAccuracy|clip|cell|iterations|optimizer|length|delay|bits|seed|norm|value|number)\b/g,
  // Names of the experiments and runs that the pages show, and what the thread of a stand-in for VS Code says.
  /Count the ones|For how many seeds\?|It explodes|Copy with two layers of GRU|With GRU, slow|Run \d+|check the gradient|The worker thread ended unexpectedly.*recorded\.|The loss became ∞ at iteration.*/g,
  // Tensors, and signs of formulas.
  /\b(?:weight|bias)_[ih]h(?:_l\d)?\b/g,
  /\breadout\.(?:weight|bias)\b/g,
  /\bdL\/dh(?:_\w)?\b/g,
  /\bdh_[Tk]\b/g,
  /\bsqrt\b/g,
  /\bNaN\b/g,
  // Units, and keys of the keyboard.
  /\b(?:ms|min|kB|MB|MiB|GiB|Ctrl|Shift|Alt|Enter|Escape|Home|Space|Delete)\b/g,
  /\b(?:PNG|SVG|CSV)\b/g,
  // Of times, which the browser writes in its own language.
  /\b[AP]M\b/g,
];

async function expectNoEnglish(page: Page): Promise<void> {
  const left = (await collectShown(page)).flatMap((text) => {
    const words = englishWords(text, NAMES);
    return words.length === 0 ? [] : [`${words.join(" ")} in ${JSON.stringify(text.slice(0, 160))}`];
  });
  expect(left).toEqual([]);
}

describe("in another language nothing is English", () => {
  it.each(STATES)("in the state $scenario ($layout)", async (options) => {
    const page = await open({ ...options, frozen: true, accents: true, size: TALL[options.layout ?? "wide"] });
    await expectNoEnglish(page);
  });

  it.each(OTHER_PAGES)("on the page %s (%s)", async (path, query, selector) => {
    const page = await openOther(path, `${query}&accents`, selector);
    await expectNoEnglish(page);
  });
});

describe("in another language nothing is English in what is opened", () => {
  it.each(["done", "gru"])("tables, formulas and menus (%s)", async (scenario) => {
    const page = await open({ scenario, frozen: true, accents: true, size: TALL.wide });
    await openMore(page, accent("More Controls"));
    const unfold = page.getByRole("button", { name: accent("Unfold All") });
    if (await unfold.isEnabled()) await unfold.click();
    for (const button of await page
      .locator(`button[title="${accent("Show as table")}"]:visible, button[title="${accent("Show formula")}"]:visible`)
      .all())
      await button.click();
    await expectNoEnglish(page);
    for (const button of await page.locator("button[aria-haspopup=menu]:visible").all()) {
      await button.click();
      await expectNoEnglish(page);
      await page.keyboard.press("Escape");
    }
  });
});

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
