/** The table of runs in a browser, with five thousand of them. */
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import type { RunsTablePageMessage, RunsTableState } from "../../src/shared/wire/runsTable";
import { MAX_ROWS_IN_PAGE } from "../../webview/grid/rowWindow";
import { eventually, openOther, servePanel } from "./panelPage";

servePanel();

interface FakeWindow {
  readonly sentToHost: RunsTablePageMessage[];
  readonly savedState: () => RunsTableState | null;
  readonly progress: (id: string, loss: number) => void;
}

async function openTable(query = "runs=5000", size = { width: 1100, height: 800 }): Promise<Page> {
  const page = await openOther("runsTable", query, ".grid-row", size);
  await eventually(() => countOf(page)).not.toMatch(/^Loading/);
  return page;
}

const countOf = (page: Page): Promise<string> => page.locator(".runs-count").innerText();
const grid = (page: Page) => page.locator(".data-grid");
const rows = (page: Page) => page.locator(".grid-row");
const activeRow = (page: Page) => page.locator(".grid-row.is-active");
const rowIndex = (page: Page) => activeRow(page).getAttribute("aria-rowindex");
const header = (page: Page, title: string) =>
  page.getByRole("columnheader", { name: title, exact: true }).getByRole("button");

/** Of the rows in the page, from the top down. */
async function column(page: Page, title: string): Promise<string[]> {
  const index = await page.getByRole("columnheader", { name: title, exact: true }).getAttribute("aria-colindex");
  return page.evaluate((at) => {
    const shown = [...document.querySelectorAll<HTMLElement>(".grid-row")];
    return shown
      .sort((a, b) => Number(a.dataset["index"]) - Number(b.dataset["index"]))
      .map((row) => row.querySelector(`[aria-colindex="${at}"]`)?.textContent ?? "");
  }, index);
}

async function verbs(page: Page): Promise<(readonly [string, readonly string[]])[]> {
  const sent = await page.evaluate(() => (window as unknown as FakeWindow).sentToHost);
  return sent.flatMap((message) => (message.type === "verb" ? [[message.verb, message.ids] as const] : []));
}

const savedState = (page: Page) => page.evaluate(() => (window as unknown as FakeWindow).savedState());
const nextFrame = (page: Page) => page.evaluate(() => new Promise((done) => requestAnimationFrame(() => done(null))));

describe("five thousand runs", () => {
  it("are at most a hundred rows of the page, wherever it is scrolled, also in a window of 2,000 pixels", async () => {
    const page = await openTable("runs=5000", { width: 900, height: 2000 });
    await eventually(() => grid(page).getAttribute("aria-rowcount")).toBe("5001");
    await rows(page).first().click();
    const counts = await page.evaluate(async () => {
      const table = document.querySelector(".data-grid")!;
      const seen: number[] = [];
      for (const part of [0, 0.1, 0.5, 0.77, 1]) {
        table.scrollTop = part * table.scrollHeight;
        await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
        seen.push(document.querySelectorAll(".grid-row").length);
      }
      return seen;
    });
    expect(Math.max(...counts)).toBeLessThanOrEqual(MAX_ROWS_IN_PAGE);
    expect(Math.min(...counts)).toBeGreaterThan(50);
    await eventually(() => page.locator('.grid-row[aria-rowindex="5001"]').count()).toBe(1);
  });

  it("fill the table at every place that it is scrolled to, in the order of their indices", async () => {
    const page = await openTable();
    const gaps = await page.evaluate(async () => {
      const table = document.querySelector(".data-grid")!;
      const missing: number[] = [];
      for (let top = 0; top < table.scrollHeight; top += 9_973) {
        table.scrollTop = top;
        await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
        const bounds = table.getBoundingClientRect();
        for (const y of [bounds.top + 40, bounds.top + bounds.height / 2, bounds.bottom - 30])
          if (document.elementFromPoint(bounds.left + 90, y)?.closest(".grid-row") == null) missing.push(top);
      }
      return missing;
    });
    expect(gaps).toEqual([]);
  });

  it("keep the focus and the active row while they are scrolled away from", async () => {
    const page = await openTable();
    await rows(page).nth(3).click();
    await page.keyboard.press("ArrowDown");
    await eventually(() => rowIndex(page)).toBe("6");
    await grid(page).evaluate((node) => (node.scrollTop = 60_000));
    await nextFrame(page);
    await eventually(() => page.evaluate(() => document.activeElement?.className)).toBe("data-grid");
    const described = await grid(page).getAttribute("aria-activedescendant");
    await eventually(() => page.locator(`#${described}`).getAttribute("aria-rowindex")).toBe("6");
    await page.keyboard.press("ArrowDown");
    await eventually(() => rowIndex(page)).toBe("7");
    await eventually(() => grid(page).evaluate((node) => node.scrollTop)).toBeLessThan(200);
  });
});

describe("the table", () => {
  it("sorts by a column, upward and downward, with what is missing last", async () => {
    const page = await openTable("runs=300");
    const number = (text: string): number => (text === "–" || text === "NaN" ? Infinity : Number(text));
    await header(page, "Loss").click();
    await eventually(() => column(page, "Loss").then((texts) => Number(texts[0]))).toBeLessThan(0.1);
    const up = (await column(page, "Loss")).map(number);
    expect(up).toEqual([...up].sort((a, b) => a - b));
    await header(page, "Loss").click();
    await eventually(() => column(page, "Loss").then((texts) => Number(texts[0]))).toBeGreaterThan(1);
    await grid(page).evaluate((node) => (node.scrollTop = node.scrollHeight));
    await eventually(() => column(page, "Loss").then((texts) => texts.at(-1))).toBe("NaN");
    await eventually(() =>
      page.getByRole("columnheader", { name: "Loss", exact: true }).getAttribute("aria-sort"),
    ).toBe("descending");
  });

  it("filters by text and by conditions, and says what is wrong with a filter while the last right one stays", async () => {
    const page = await openTable();
    const filter = page.locator(".filter-field");
    await filter.fill("cell:lstm loss<0.05 -state:diverged");
    await eventually(() => countOf(page)).toMatch(/^[\d,]+ of 5,000 runs$/);
    const shown = await countOf(page);
    await filter.fill("cell:lstm lose<0.05");
    await eventually(() => page.locator(".filter-problem").innerText()).toContain("There is no column “lose”.");
    await eventually(() => countOf(page)).toBe(shown);
    await eventually(() => filter.getAttribute("aria-invalid")).toBe("true");
    await filter.fill("no run has this text");
    await eventually(() => page.locator(".runs-empty").innerText()).toBe("No run matches the filter.");
    await filter.press("Escape");
    await eventually(() => countOf(page)).toBe("5,000 runs");
  });

  it("groups the runs that differ in their seeds only, with mean and standard deviation, and opens a group by keys", async () => {
    const page = await openTable("runs=300");
    await page.locator(".runs-head .picker").selectOption("config");
    await eventually(() => grid(page).getAttribute("role")).toBe("treegrid");
    await eventually(() => grid(page).getAttribute("aria-rowcount")).toBe("61");
    expect((await column(page, "Loss"))[0]).toMatch(/^[\d.]+ ± [\d.]+( \(\d\/5\))?$/);
    await rows(page).first().click();
    await eventually(() => countOf(page)).toBe("300 runs · 5 selected");
    await page.keyboard.press("ArrowRight");
    await eventually(() => grid(page).getAttribute("aria-rowcount")).toBe("66");
    await eventually(() => activeRow(page).getAttribute("aria-expanded")).toBe("true");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowLeft");
    await eventually(() => rowIndex(page)).toBe("2");
    await page.keyboard.press("ArrowLeft");
    await eventually(() => grid(page).getAttribute("aria-rowcount")).toBe("61");
    // Both before the first is drawn: each opens the group that it is on.
    await page.locator(".twistie").evaluateAll((twisties) => {
      for (const twistie of twisties.slice(0, 2)) (twistie as HTMLElement).click();
    });
    await eventually(() => grid(page).getAttribute("aria-rowcount")).toBe("71");
    await eventually(() => page.locator('.grid-row[aria-rowindex="8"]').getAttribute("aria-expanded")).toBe("true");
  });

  it("selects as VS Code's lists do, and compares, opens, pins and deletes what is selected", async () => {
    const page = await openTable("runs=300");
    await rows(page).nth(0).click();
    await page.keyboard.press("Shift+ArrowDown");
    await page.keyboard.press("Shift+ArrowDown");
    await eventually(() => countOf(page)).toBe("300 runs · 3 selected");
    await page.keyboard.press("Control+ArrowDown");
    await page.keyboard.press(" ");
    await page.locator('.grid-row[data-index="6"]').click({ modifiers: ["ControlOrMeta"] });
    await eventually(() => countOf(page)).toBe("300 runs · 5 selected");
    await page.getByRole("button", { name: "Compare", exact: true }).click();
    await page.locator('.grid-row[data-index="1"]').dblclick();
    await page.keyboard.press("p");
    await eventually(() => activeRow(page).locator(".is-pinned").count()).toBe(1);
    await page.keyboard.press("Delete");
    await eventually(() => countOf(page)).toBe("299 runs");
    await page.keyboard.press("End");
    await page.keyboard.press("Enter");
    await eventually(() => verbs(page)).toEqual([
      ["compareRuns", ["run-299", "run-298", "run-297", "run-296", "run-293"]],
      ["openRun", ["run-298"]],
      ["pinRun", ["run-298"]],
      ["deleteRuns", ["run-298"]],
      ["openRun", ["run-0"]],
    ]);
  });

  it("shows a run that goes on, and leaves the others and the selection as they are", async () => {
    const page = await openTable("runs=300");
    await rows(page).nth(2).click();
    await page.evaluate(() => (window as unknown as FakeWindow).progress("run-299", 0.125));
    await eventually(() => column(page, "Loss").then(([first]) => first)).toBe("0.125");
    expect(await column(page, "Status").then(([first]) => first)).toBe("running");
    await eventually(() => rowIndex(page)).toBe("4");
  });

  it("is as it was left after a reload: order, filter, columns, groups and chart", async () => {
    const page = await openTable("runs=300");
    await header(page, "Loss").click();
    await page.locator(".filter-field").fill("cell:gru");
    await page.locator(".runs-head .picker").selectOption("config");
    await page.getByRole("button", { name: "Columns" }).click();
    await page.getByRole("checkbox", { name: "Seed" }).uncheck();
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Loss by group" }).click();
    await eventually(() => page.locator(".card-runs-loss .readout").innerText()).toContain("hiddenSize");
    const state = await savedState(page);
    const again = await openTable(`runs=300&state=${encodeURIComponent(JSON.stringify(state))}`);
    await eventually(() => again.locator(".filter-field").inputValue()).toBe("cell:gru");
    await eventually(() => grid(again).getAttribute("role")).toBe("treegrid");
    await eventually(() => again.getByRole("columnheader", { name: "Seed", exact: true }).count()).toBe(0);
    await eventually(() => column(again, "Loss")).toEqual(await column(page, "Loss"));
    await eventually(() => again.locator(".card-runs-loss .readout").innerText()).toContain("hiddenSize");
  });

  it("is scrolled sideways in a narrow window, with the names of the runs in sight", async () => {
    const page = await openTable("runs=300", { width: 460, height: 700 });
    const box = () => page.locator(".grid-row .name-cell").first().boundingBox();
    const before = await box();
    await grid(page).evaluate((node) => (node.scrollLeft = 500));
    await eventually(box).toEqual(before);
    expect(await page.locator(".grid-row .pin-cell").first().boundingBox()).toMatchObject({ x: 0 });
    await eventually(() => page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
  });

  it("has headers that the arrows go through, from one stop of the Tab key", async () => {
    const page = await openTable("runs=300");
    await header(page, "Run").focus();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Enter");
    await eventually(() => page.locator('[aria-sort="ascending"]').innerText()).toContain("cell");
    await page.keyboard.press("Tab");
    await eventually(() => page.evaluate(() => document.activeElement?.className)).not.toContain("head-button");
  });
});
