/** The sections of the page: they fold, move and remember, and what nobody sees is not drawn. */
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import {
  acknowledged,
  arrangeAll,
  canvas,
  eventually,
  open,
  openMore,
  pictureOf,
  received,
  servePanel,
} from "./panelPage";

servePanel();

const title = (page: Page, id: string) => page.locator(`.card-${id} .section-title`);
const columns = (page: Page): Promise<string[][]> =>
  page.evaluate(() =>
    [...document.querySelectorAll(".chart-column")].map((column) =>
      [...column.children].flatMap((section) =>
        (section as HTMLElement).hidden ? [] : [(section as HTMLElement).dataset["section"] ?? ""],
      ),
    ),
  );
const focused = (page: Page): Promise<string | undefined> =>
  page.evaluate(() => document.activeElement?.closest<HTMLElement>(".section")?.dataset["section"]);

describe("a run that takes the place of another", () => {
  it("moves no card, though texts of the cards go and come back", async () => {
    const page = await open({ scenario: "running" });
    const rerun = async (): Promise<void> => {
      const before = (await acknowledged(page)).length;
      await page.locator(".control-run").click();
      await eventually(async () => (await acknowledged(page)).length).toBeGreaterThan(before + 12);
    };
    await rerun();
    await page.evaluate(() => {
      const changes: string[] = [];
      const seen = new Set<Element>();
      const observer = new ResizeObserver((entries) => {
        for (const { target } of entries) {
          if (seen.has(target)) changes.push(target.className);
          seen.add(target);
        }
      });
      for (const card of document.querySelectorAll(".section")) observer.observe(card);
      Object.assign(window, { changes });
    });
    await rerun();
    await eventually(() => page.evaluate(() => (window as unknown as { changes: string[] }).changes)).toEqual([]);
  });
});

describe("a section", () => {
  it("folds by its title, by mouse and key, and stays so after a reload", async () => {
    const page = await open();
    await title(page, "loss").click();
    await eventually(() => canvas(page, "loss").isVisible()).toBe(false);
    await title(page, "norm").press("Enter");
    await eventually(() => title(page, "norm").getAttribute("aria-expanded")).toBe("false");
    await page.reload();
    await eventually(() => title(page, "loss").getAttribute("aria-expanded")).toBe("false");
    await eventually(() => canvas(page, "loss").isVisible()).toBe(false);
    await title(page, "loss").click();
    await eventually(() => canvas(page, "loss").isVisible()).toBe(true);
  });

  it("moves by Alt with the arrow keys, keeps the focus, and says where it is", async () => {
    const page = await open();
    const before = await columns(page);
    await title(page, "heat").press("Alt+ArrowUp");
    await eventually(async () => (await columns(page))[0]?.indexOf("heat")).toBe((before[0]?.indexOf("heat") ?? 0) - 1);
    await eventually(() => focused(page)).toBe("heat");
    await title(page, "heat").press("Alt+ArrowRight");
    await eventually(async () => (await columns(page))[1]).toContain("heat");
    await eventually(() => focused(page)).toBe("heat");
    await eventually(() => page.locator(".sections [role=status]").textContent()).toMatch(
      /^Gradient heat map moved to (?:column 2, before|the end of column 2)/,
    );
    await page.reload();
    await eventually(async () => (await columns(page))[1]).toContain("heat");
    await arrangeAll(page, "Reset Layout");
    await eventually(() => columns(page)).toEqual(before);
    await openMore(page);
    await eventually(() => page.getByRole("button", { name: "Reset Layout" }).isVisible()).toBe(false);
  });

  it("is dragged by its header over another column, and put back by Escape", async () => {
    const page = await open();
    const before = await columns(page);
    const folded = await page.locator(".is-folded:visible").count();
    const drag = async (): Promise<void> => {
      const from = (await page.locator(".card-loss .card-header").boundingBox())!;
      const to = (await page.locator(".card-states .card-header").boundingBox())!;
      await page.mouse.move(from.x + 60, from.y + from.height / 2);
      await page.mouse.down();
      await page.mouse.move(to.x + 60, to.y + 2, { steps: 4 });
      await eventually(() => page.locator(".drop-line").isVisible()).toBe(true);
    };
    await drag();
    await page.keyboard.press("Escape");
    await page.mouse.up();
    await eventually(() => page.locator(".drop-line").count()).toBe(0);
    await eventually(() => columns(page)).toEqual(before);
    await drag();
    await page.mouse.up();
    await eventually(async () => (await columns(page))[1]?.indexOf("loss")).toBe(before[1]?.indexOf("states"));
    // Letting go over a title folds nothing.
    await eventually(() => page.locator(".is-folded:visible").count()).toBe(folded);
  });

  it("costs nothing while it is folded or far below, and catches up when it is seen", async () => {
    const page = await open({ scenario: "running" });
    await page.setViewportSize({ width: 500, height: 400 });
    await title(page, "loss").click();
    await page.locator(".card-loss.is-folded").waitFor();
    // Twice: the first may be a draw at the old size.
    for (let draws = 0; draws < 2; draws++) {
      const before = await pictureOf(page, "gradient");
      await eventually(() => pictureOf(page, "gradient")).not.toBe(before);
    }
    const norm = await pictureOf(page, "norm");
    const loss = await pictureOf(page, "loss");
    const gradient = await pictureOf(page, "gradient");
    await eventually(() => pictureOf(page, "gradient")).not.toBe(gradient);
    expect(await pictureOf(page, "norm")).toBe(norm);
    expect(await pictureOf(page, "loss")).toBe(loss);
    await page.locator(".control-stop").click();
    await title(page, "loss").click();
    await eventually(() => page.locator(".card-loss .plot-cursor").getAttribute("aria-valuenow")).toBe(
      await page.locator(".cursor-place").textContent(),
    );
    await page.locator(".card-norm").scrollIntoViewIfNeeded();
    await eventually(() => pictureOf(page, "norm")).not.toBe(norm);
  });

  it("opens and comes into view when a finding points at it", async () => {
    const page = await open();
    await title(page, "norm").click();
    await page.setViewportSize({ width: 500, height: 400 });
    await page.evaluate(() =>
      window.fakeHost.post({ type: "reveal", place: { iteration: 40, timeStep: null, card: "norm" } }),
    );
    await eventually(() => page.locator(".card-norm .plot-cursor").getAttribute("aria-valuenow")).toBe("40");
    await eventually(() => canvas(page, "norm").isVisible()).toBe(true);
    expect((await page.locator(".card-norm .card-header").boundingBox())!.y).toBeLessThan(400);
  });
});

describe("the page", () => {
  it("has as many columns as fit, and folds or unfolds all at once", async () => {
    const page = await open();
    for (const [width, count] of [
      [640, 1],
      [1100, 2],
      [1700, 3],
    ] as const) {
      await page.setViewportSize({ width, height: 900 });
      await eventually(() =>
        page.evaluate(() => getComputedStyle(document.querySelector(".charts")!).gridTemplateColumns.split(" ").length),
      ).toBe(count);
    }
    await arrangeAll(page, "Fold All");
    await eventually(() => page.locator(".plot canvas:visible").count()).toBe(0);
    await arrangeAll(page, "Unfold All");
    await eventually(() => page.locator(".plot canvas:visible").count()).toBeGreaterThan(5);
    expect((await received(page)).filter((message) => message.type === "viewError")).toEqual([]);
  });

  it("folds, unfolds and resets by the commands of the palette too", async () => {
    const page = await open();
    const shown = () => page.locator(".plot canvas:visible").count();
    let all = 0;
    await eventually(async () => (all = await shown())).toBeGreaterThan(5);
    const perform = (action: string) =>
      page.evaluate((name) => window.fakeHost.post({ type: "perform", action: name }), action);
    await perform("foldAll");
    await eventually(shown).toBe(0);
    await perform("resetLayout");
    await eventually(shown).toBeGreaterThanOrEqual(all);
  });
});
