/**
 * The panel looks as it did: one picture of each state, in test/fixtures/pictures, half as large as the window.
 * `npm run test:page -- pictures --update` takes them anew; look at each before it is committed.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { ROOT } from "../../scripts/paths.mjs";
import { open, servePanel, type Options } from "./panelPage";
import { compare, halve, readPicture, writePicture, type Picture } from "./pictureDifference";

const FOLDER = join(ROOT, "test", "fixtures", "pictures");
/** Where a picture that differs is put, beside the one that was expected and what differs. */
const DIFFERENT = join(ROOT, "out", "pictures");
const isUpdate = process.env["UPDATE_PICTURES"] === "1";

interface Shot extends Options {
  /** What the page shows after that, as a reload of the window does. */
  readonly reloadedAs?: string;
}

const SHOTS: Readonly<Record<string, Shot>> = {
  empty: { scenario: "none", theme: "dark" },
  ready: { scenario: "idle", theme: "light" },
  restored: { scenario: "done", theme: "dark", reloadedAs: "idle" },
  restricted: { scenario: "untrusted", theme: "light" },
  starting: { scenario: "starting", theme: "dark" },
  running: { scenario: "running", theme: "light" },
  paused: { scenario: "paused", theme: "dark" },
  done: { scenario: "done", theme: "dark", size: { width: 900, height: 1400 } },
  "done-hc-dark": { scenario: "done", theme: "hc-dark" },
  "done-hc-light": { scenario: "done", theme: "hc-light" },
  diverged: { scenario: "diverged", theme: "light", size: { width: 900, height: 820 } },
  failed: { scenario: "failed", theme: "dark" },
  differs: { scenario: "changed", theme: "light" },
  "three-columns": { scenario: "lstm", theme: "dark", size: { width: 1600, height: 900 } },
  "one-column": { scenario: "gru", theme: "light", size: { width: 560, height: 900 } },
  "compact-ready": { scenario: "idle", theme: "light", layout: "compact" },
  "compact-running": { scenario: "running", theme: "dark", layout: "compact" },
  "compact-diverged": { scenario: "diverged", theme: "hc-dark", layout: "compact" },
};

servePanel();

async function openStill({ reloadedAs, ...options }: Shot): Promise<Page> {
  const size = options.layout === "compact" ? { width: 300, height: 700 } : { width: 900, height: 760 };
  const page = await open({ frozen: true, size, ...options });
  if (reloadedAs !== undefined) {
    await page.goto(page.url().replace(/scenario=[^&]*/, `scenario=${reloadedAs}`));
    await page.waitForSelector(".invitation h2");
  }
  await page.emulateMedia({ reducedMotion: "reduce" });
  await page.evaluate(() => document.fonts.ready);
  // What was drawn with another font before is drawn again.
  await page.evaluate(() => document.documentElement.classList.add("with-font"));
  await page.evaluate(scrollThrough);
  return page;
}

/**
 * Cards far below the fold are drawn when they come near it, and get their height then, by which the cards above share
 * the column. When that is depends on the speed of the machine: here all of them are drawn.
 */
async function scrollThrough(): Promise<void> {
  const frame = (): Promise<void> => new Promise((resolve) => requestAnimationFrame(() => resolve()));
  const isWaiting = (section: Element): boolean => {
    const { top, bottom, height } = section.getBoundingClientRect();
    return height > 0 && top < window.innerHeight && bottom > 0;
  };
  // A card may be drawn some frames after it has come into view.
  const drawn = async (): Promise<void> => {
    do {
      await frame();
      await frame();
    } while ([...document.querySelectorAll(".section.is-undrawn:not(.is-folded)")].some(isWaiting));
  };
  for (let y = 0; y < document.documentElement.scrollHeight; y += window.innerHeight / 2) {
    window.scrollTo(0, y);
    await drawn();
  }
  window.scrollTo(0, 0);
  await drawn();
}

/** Once nothing changes any more: questions are answered, and what they bring is drawn. */
async function takePicture(page: Page): Promise<Picture> {
  let before = await page.screenshot({ animations: "disabled" });
  for (;;) {
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
    const after = await page.screenshot({ animations: "disabled" });
    if (after.equals(before)) return halve(readPicture(after));
    before = after;
  }
}

async function expected(name: string): Promise<Picture> {
  return readPicture(await readFile(join(FOLDER, `${name}.png`)));
}

describe("the panel looks as before", () => {
  it.each(Object.entries(SHOTS))("%s", async (name, shot) => {
    const actual = await takePicture(await openStill(shot));
    if (isUpdate) {
      await mkdir(FOLDER, { recursive: true });
      return writeFile(join(FOLDER, `${name}.png`), writePicture(actual));
    }
    const difference = compare(actual, await expected(name));
    if (difference.words === null) return;
    await mkdir(DIFFERENT, { recursive: true });
    for (const [what, picture] of [
      ["actual", actual],
      ["difference", difference.picture],
    ] as const)
      await writeFile(join(DIFFERENT, `${name}.${what}.png`), writePicture(picture));
    expect.fail(
      `${name}: ${difference.words}. See out/pictures; if it is meant: npm run test:page -- pictures --update`,
    );
  });
});

describe.skipIf(isUpdate)("a picture", () => {
  /** By a style sheet: what the page writes anew in the meantime stays changed. */
  const styles: Readonly<Record<string, string>> = {
    "values that are missing": ".card-loss .readout { visibility: hidden }",
    "a word that is missing": "h1 { visibility: hidden }",
    "a line that is missing": ".card-loss canvas { clip-path: inset(0 0 100% 0) }",
    "a section that moved by four pixels": ".card-heat { margin-top: 4px }",
    "a button of another color": ".control-pauseResume { filter: grayscale(1) }",
    "an icon that is missing": ".pill .icon { visibility: hidden }",
  };

  it("tells what is missing, moved or of another color", async () => {
    const page = await openStill(SHOTS["paused"] as Shot);
    let before = await takePicture(page);
    for (const [what, style] of Object.entries(styles)) {
      await page.evaluate((text) => {
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(text);
        document.adoptedStyleSheets.push(sheet);
      }, style);
      const after = await takePicture(page);
      expect(compare(after, before).words, what).not.toBeNull();
      before = after;
    }
  });

  it("does not mind letters that another machine draws a little bolder", async () => {
    const page = await openStill(SHOTS["paused"] as Shot);
    const before = await takePicture(page);
    await page.evaluate("document.body.style.webkitTextStroke = '0.15px'");
    const bolder = await takePicture(page);
    expect(compare(bolder, before).words).toBeNull();
    expect(Buffer.compare(bolder.data, before.data)).not.toBe(0);
  });
});
