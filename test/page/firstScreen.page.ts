/** What is on the first screen, and that nothing on the page moves while training. */
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { arrangeAll, eventually, open, openMore, servePanel } from "./panelPage";

servePanel();

/** VS Code at 1280 x 720 with the side bar open and the panel beside the file. */
const HALF_OF_A_LAPTOP = { width: 460, height: 617 };
/** The Live view at the same size, with the two others below it. */
const SIDE_BAR = { width: 290, height: 236 };

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

async function boxOf(page: Page, selector: string): Promise<Box> {
  const box = await page.locator(selector).first().boundingBox();
  if (box === null) throw new Error(`${selector} is not on the page.`);
  return box;
}

const bottomOf = ({ y, height }: Box): number => y + height;

/** Whatever stands on the page, but for words that change: these stand in boxes of a fixed width. */
const MAY_MOVE = [
  "svg *",
  ".fixed-width *",
  ".readout",
  ".readout *",
  ".card-aside",
  ".card-aside *",
  ".explanation *",
  ".caption-more",
  ".visually-hidden",
  ".popup *",
  ".progress-fill",
  ".findings-bar *",
  ".cursor-detail",
].join();

/** Where everything was in the first of so many drawn frames, and what was elsewhere in a later one. */
function watchBoxes(page: Page, frames: number): Promise<{ watched: number; frames: number; moved: string[] }> {
  return page.evaluate(
    async ({ skipped, wanted }) => {
      const drawn = (): number => window.fakeHost.received.filter(({ type }) => type === "acknowledge").length;
      const place = (node: Element): string => {
        const { x, y, width, height } = node.getBoundingClientRect();
        return [x, y + window.scrollY, width, height].map((value) => value.toFixed(1)).join(" ");
      };
      // What does not fit into a line of a legend stands below it, where nobody sees it.
      const isLeftOut = (node: Element): boolean => {
        const line = node.closest(".card-details, .card-values");
        return line !== null && node.getBoundingClientRect().top >= line.getBoundingClientRect().bottom;
      };
      const first = new Map<Element, string>();
      const moved = new Set<string>();
      let seen = drawn();
      let count = 0;
      while (count < wanted) {
        await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
        if (drawn() === seen) continue;
        seen = drawn();
        count++;
        for (const node of document.querySelectorAll("#app *")) {
          if (node.matches(skipped) || !node.checkVisibility() || isLeftOut(node)) continue;
          const now = place(node);
          const before = first.get(node);
          if (before === undefined) first.set(node, now);
          else if (before !== now) {
            const section = node.closest<HTMLElement>(".section")?.dataset["section"] ?? "page";
            moved.add(`${section} ${node.tagName} ${node.getAttribute("class") ?? ""}`);
          }
        }
      }
      return { watched: first.size, frames: count, moved: [...moved] };
    },
    { skipped: MAY_MOVE, wanted: frames },
  );
}

describe("the first screen of a laptop", () => {
  it.each(["clipped", "lstm", "vanishes"])("has the loss and the gradient heat map whole (%s)", async (scenario) => {
    const page = await open({ scenario, size: HALF_OF_A_LAPTOP });
    await eventually(async () => bottomOf(await boxOf(page, ".card-heat .plot"))).toBeLessThanOrEqual(617);
    for (const card of ["loss", "heat"]) expect((await boxOf(page, `.card-${card} .plot`)).height).toBeGreaterThan(110);
    await eventually(() => page.evaluate(() => document.documentElement.scrollWidth)).toBe(HALF_OF_A_LAPTOP.width);
    for (const [line, height] of [
      [".title-bar", 26],
      [".toolbar", 36],
      [".finding-line", 28],
      [".cursor-bar", 20],
    ] as const)
      expect((await boxOf(page, line)).height, line).toBeLessThanOrEqual(height);
    const toolbar = await boxOf(page, ".toolbar");
    for (const part of await page.locator(".toolbar > :visible").all()) {
      const box = (await part.boundingBox())!;
      expect(box.y).toBeGreaterThanOrEqual(toolbar.y - 1);
      expect(bottomOf(box)).toBeLessThanOrEqual(bottomOf(toolbar) + 1);
    }
    for (const part of [".control-run", ".control-stop", ".cursor-place", ".scrubber-track", ".popup-button"])
      await eventually(() => page.locator(`.toolbar ${part}`).isVisible(), part).toBe(true);
    await page.evaluate(() => window.scrollTo(0, 900));
    expect(bottomOf(await boxOf(page, ".sticky"))).toBeLessThanOrEqual(64);
  });

  it("names the most important finding with its fix in one line, and lists all of them in place", async () => {
    const page = await open({ scenario: "vanishes", size: HALF_OF_A_LAPTOP });
    const toggle = page.locator(".findings-toggle");
    await eventually(() => page.locator(".finding-line strong").textContent()).toBe("Vanishing gradient");
    await eventually(() => page.locator(".finding-line vscode-button:visible").count()).toBe(1);
    await eventually(() => toggle.getAttribute("aria-expanded")).toBe("false");
    await eventually(() => page.locator(".findings").isVisible()).toBe(false);
    await toggle.click();
    await eventually(() => page.locator(".finding p").first().isVisible()).toBe(true);
    await eventually(() => toggle.getAttribute("aria-expanded")).toBe("true");
    await toggle.click();
    await eventually(() => page.locator(".findings").isVisible()).toBe(false);
    await page.evaluate(() =>
      window.fakeHost.post({ type: "reveal", place: { iteration: null, timeStep: null, card: "findings" } }),
    );
    await eventually(() => page.locator(".finding p").first().isVisible()).toBe(true);
  });

  it("has each control once: in the line, or in the menu where the line is too narrow", async () => {
    const page = await open({ size: HALF_OF_A_LAPTOP });
    const step = page.getByRole("button", { name: "Previous traced iteration", exact: true });
    await eventually(() => step.isVisible()).toBe(false);
    await openMore(page);
    await eventually(() => step.isVisible()).toBe(true);
    await step.click();
    await eventually(() => page.locator(".cursor-place").textContent()).toBe("499");
    await page.keyboard.press("Escape");
    await eventually(() => step.isVisible()).toBe(false);
    expect(
      await page.getByRole("button", { name: "More Controls" }).evaluate((n) => n === document.activeElement),
    ).toBe(true);
    await page.setViewportSize({ width: 1600, height: 900 });
    await eventually(() => step.isVisible()).toBe(true);
    for (const name of ["Previous traced iteration", "Re-run", "Check Gradients"])
      await eventually(() => page.getByRole("button", { name, exact: true }).count(), name).toBe(1);
  });

  it("keeps the drawing of a network until the first iteration is there", async () => {
    const page = await open({ scenario: "starting", size: HALF_OF_A_LAPTOP });
    await eventually(() => page.locator(".invitation h2").textContent()).toBe("Starting…");
    await eventually(() => page.locator(".plot").first().isVisible()).toBe(false);
  });
});

describe("while training nothing moves", () => {
  it.each([
    ["one column", "long", HALF_OF_A_LAPTOP],
    ["two columns", "long", { width: 1000, height: 900 }],
    ["one column of an LSTM", "lstm-long", HALF_OF_A_LAPTOP],
    ["two columns of an LSTM", "lstm-long", { width: 1000, height: 900 }],
  ] as const)("in %s", async (_name, scenario, size) => {
    const page = await open({ scenario, size });
    await openMore(page);
    await page.getByRole("combobox", { name: "Training speed" }).selectOption("10");
    await page.keyboard.press("Escape");
    // Answers to what the views have asked come once they are drawn.
    await watchBoxes(page, 3);
    const { watched, frames, moved } = await watchBoxes(page, 25);
    expect(moved).toEqual([]);
    expect([frames, watched > 150]).toEqual([25, true]);
  });

  it("and a finding that comes has its line already", async () => {
    const page = await open({ scenario: "vanishes", size: HALF_OF_A_LAPTOP });
    await page.locator(".control-run").click();
    await eventually(() => page.locator(".findings-none").isVisible()).toBe(true);
    const before = await boxOf(page, ".card-loss");
    await eventually(() => page.locator(".finding-line strong").isVisible()).toBe(true);
    const { x, y, width } = await boxOf(page, ".card-loss");
    expect({ x, y, width }).toEqual({ x: before.x, y: before.y, width: before.width });
  });
});

describe("on a wide window", () => {
  it.each([1000, 1600])("the columns end at the same height (%d pixels)", async (width) => {
    const page = await open({ scenario: "lstm", size: { width, height: 900 } });
    const ends = (): Promise<number[]> =>
      page.evaluate(() =>
        [...document.querySelectorAll<HTMLElement>(".chart-column:not([hidden])")].map((column) =>
          Math.round(
            Math.max(...[...column.children].map((section) => section.getBoundingClientRect().bottom + window.scrollY)),
          ),
        ),
      );
    const differenceOf = async (): Promise<number> => {
      const found = await ends();
      return Math.max(...found) - Math.min(...found);
    };
    await eventually(differenceOf).toBeLessThanOrEqual(2);
    await arrangeAll(page, "Unfold All");
    await eventually(differenceOf).toBeLessThanOrEqual(2);
    // What was stretched gets smaller again.
    await arrangeAll(page, "Fold All");
    await arrangeAll(page, "Reset Layout");
    await eventually(differenceOf).toBeLessThanOrEqual(2);
  });
});

describe("the Live view of a laptop", () => {
  it("has the buttons, the iteration, the loss and its picture above the fold", async () => {
    const page = await open({ scenario: "clipped", layout: "compact", size: SIDE_BAR });
    await eventually(async () => bottomOf(await boxOf(page, ".card-loss .plot"))).toBeLessThanOrEqual(SIDE_BAR.height);
    for (const part of [".control-run", ".control-stop", ".cursor-place", ".scrubber-track"])
      await eventually(() => page.locator(part).isVisible(), part).toBe(true);
    await eventually(() => page.evaluate(() => document.documentElement.scrollWidth)).toBe(SIDE_BAR.width);
  });
});
