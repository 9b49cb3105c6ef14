/**
 * Keys alone reach every control of the panel, show where the focus is and nowhere else, and operate what they reach.
 */
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { eventually, open, openOther, type Options, servePanel } from "./panelPage";

servePanel();

/** What the page says of the element that has the focus. */
interface Focused {
  /** Whether the walk has been here before. */
  readonly isKnown: boolean;
  readonly name: string;
  readonly looksFocused: boolean;
  /** Other elements that look as if they had the focus. */
  readonly alsoFocused: readonly string[];
}

/** Installs `focusReport` in the page: the focus, and which elements have its look. */
async function installReport(page: Page): Promise<void> {
  await page.evaluate(() => {
    const hasRing = (node: Element): boolean => {
      const { outlineStyle, outlineWidth } = getComputedStyle(node);
      return outlineStyle !== "none" && parseFloat(outlineWidth) > 0;
    };
    const nameOf = (node: Element): string =>
      node.getAttribute("aria-label") ?? node.getAttribute("title") ?? (node.textContent ?? "").trim().slice(0, 60);
    const inside = (node: Element): Element[] => [
      node,
      ...[...(node.shadowRoot?.querySelectorAll("*") ?? [])],
      ...[...(node.shadowRoot?.querySelectorAll("*") ?? [])].flatMap((inner) => [
        ...(inner.shadowRoot?.querySelectorAll("*") ?? []),
      ]),
    ];
    const all = (): Element[] => [...document.querySelectorAll("*")];
    const looks = (node: Element): string =>
      inside(node)
        .map((part) => {
          const { outline, boxShadow, borderColor } = getComputedStyle(part);
          return `${outline} ${boxShadow} ${borderColor}`;
        })
        .join("|");
    const unfocused = new Map(all().map((node) => [node, looks(node)]));
    const visited = new Set<Element>();
    Object.assign(window, {
      wasReached: (node: Element) => visited.has(node),
      focusReport: (): Focused | null => {
        const node = document.activeElement;
        if (node === null || node === document.body) return null;
        const isPart = (other: Element): boolean => node.contains(other) || other.contains(node);
        const isKnown = visited.has(node);
        visited.add(node);
        return {
          isKnown,
          name: nameOf(node),
          looksFocused: inside(node).some(hasRing) || looks(node) !== unfocused.get(node),
          alsoFocused: all()
            .filter((other) => !isPart(other) && inside(other).some(hasRing))
            .map(nameOf),
        };
      },
    });
  });
}

const report = (page: Page): Promise<Focused | null> =>
  page.evaluate(() => (window as unknown as { focusReport: () => Focused | null }).focusReport());

/** Tab by Tab from the top to the end of the page. */
async function walk(page: Page): Promise<Focused[]> {
  const reached: Focused[] = [];
  for (;;) {
    await page.keyboard.press("Tab");
    // A chart that comes into view has its cursor once it is drawn.
    await eventually(() => page.locator(".is-undrawn:not(.is-folded):focus-within").count()).toBe(0);
    const at = await report(page);
    if (at === null || at.isKnown) return reached;
    reached.push(at);
  }
}

/** Visible controls that Tab has not reached. */
function missedControls(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const { wasReached } = window as unknown as { wasReached: (node: Element) => boolean };
    const selector =
      "button, select, input, textarea, a[href], vscode-button, vscode-dropdown, vscode-text-field, vscode-checkbox, [role=slider], [role=button], [role=gridcell][tabindex]";
    return [...document.querySelectorAll<HTMLElement>(selector)]
      .filter((node) => {
        const { width, height } = node.getBoundingClientRect();
        const isVisible = width > 0 && height > 0 && getComputedStyle(node).visibility !== "hidden";
        return isVisible && !node.matches(":disabled, [disabled]") && node.tabIndex >= 0 && !wasReached(node);
      })
      .map((node) => node.getAttribute("aria-label") ?? node.getAttribute("title") ?? node.outerHTML.slice(0, 100));
  });
}

const PANELS: readonly Options[] = [
  { scenario: "paused", layout: "wide" },
  { scenario: "gru", layout: "wide" },
  { scenario: "done", layout: "wide", size: { width: 460, height: 617 } },
  { scenario: "diverged", layout: "compact" },
];

describe("Tab reaches every control of the panel, and the focus is seen where it is and nowhere else", () => {
  it.each(PANELS)("in the state $scenario ($layout)", async (options) => {
    const page = await open({ ...options, frozen: true });
    await installReport(page);
    const reached = await walk(page);
    expect(reached.filter(({ looksFocused }) => !looksFocused).map(({ name }) => name)).toEqual([]);
    expect([...new Set(reached.flatMap(({ alsoFocused }) => alsoFocused))]).toEqual([]);
    expect(await missedControls(page)).toEqual([]);
    expect(reached.length).toBeGreaterThan(10);
  });

  it.each([
    ["sweep", "sweep=grid"],
    ["compare", ""],
  ] as const)("in the page %s", async (path, query) => {
    // A table whose rows still come has other buttons at the end of the walk.
    const page = await openOther(path, query, path === "sweep" ? ".pill-done" : "canvas");
    await installReport(page);
    const reached = await walk(page);
    expect(reached.filter(({ looksFocused }) => !looksFocused).map(({ name }) => name)).toEqual([]);
    expect(await missedControls(page)).toEqual([]);
  });
});

it("the order of the keys is that of the page", async () => {
  const page = await open({ scenario: "paused", frozen: true });
  await installReport(page);
  const names = (await walk(page)).map(({ name }) => name);
  const order = ["Re-run", "Resume", "Loss", "Show Loss as table", "Gradient heat map"];
  expect(names.filter((name) => order.includes(name))).toEqual(order);
});

describe("keys operate what they reach", () => {
  it("Enter and Space press each button", async () => {
    const page = await open({ scenario: "paused", frozen: true });
    // The press arrives and has no effect, so that the next button is still there.
    await page.evaluate(() => {
      const pressed: string[] = [];
      Object.assign(window, { pressed });
      document.addEventListener(
        "click",
        (event) => {
          pressed.push((event.target as Element).outerHTML.slice(0, 120));
          event.stopImmediatePropagation();
          event.preventDefault();
        },
        true,
      );
    });
    const taken = (): Promise<string[]> =>
      page.evaluate(() => (window as unknown as { pressed: string[] }).pressed.splice(0));
    await installReport(page);
    const dead: string[] = [];
    let buttons = 0;
    for (;;) {
      await page.keyboard.press("Tab");
      const at = await report(page);
      if (at === null || at.isKnown) break;
      const isButton = await page.evaluate(() =>
        document.activeElement!.matches("button, vscode-button, [role=button]"),
      );
      if (!isButton) continue;
      buttons++;
      for (const key of ["Enter", "Space"]) {
        await page.keyboard.press(key);
        if ((await taken()).length === 0) dead.push(`${at.name}: ${key}`);
      }
    }
    expect(dead).toEqual([]);
    expect(buttons).toBeGreaterThan(10);
  });

  it("the arrow keys move each slider", async () => {
    const page = await open({ scenario: "done", frozen: true });
    const sliders = page.locator("[role=slider]:visible, input[type=range]:visible");
    for (const slider of await sliders.all()) {
      const value = (): Promise<string | null> =>
        slider.evaluate((node) =>
          node instanceof HTMLInputElement
            ? node.value
            : `${node.getAttribute("aria-valuenow")} ${node.getAttribute("aria-valuetext")}`,
        );
      await slider.focus();
      const before = await value();
      const name = (await slider.getAttribute("aria-label")) ?? "a slider";
      // The first press may only show the cursor, where it stands; at the first value only the other way moves.
      let presses = 0;
      const afterPress = async (): Promise<string | null> => {
        await page.keyboard.press(presses++ % 3 === 2 ? "ArrowRight" : "ArrowLeft");
        return value();
      };
      await expect.poll(afterPress, { message: name }).not.toBe(before);
    }
    await eventually(() => sliders.count()).toBeGreaterThan(2);
  });

  it("a menu opens, is walked by arrows, and gives the focus back on Escape", async () => {
    const page = await open({ scenario: "done", frozen: true });
    const openers = page.locator("[aria-haspopup]:visible");
    await eventually(() => openers.count()).toBeGreaterThan(0);
    for (const opener of await openers.all()) {
      const name = (await opener.getAttribute("aria-label")) ?? "";
      await opener.focus();
      await page.keyboard.press("Enter");
      await expect.poll(() => opener.getAttribute("aria-expanded"), { message: name }).toBe("true");
      await page.keyboard.press("ArrowDown");
      // A list box keeps the focus and names its active option.
      const isWalked = (node: Element): boolean =>
        node !== document.activeElement || node.getAttribute("aria-activedescendant") !== null;
      await eventually(() => opener.evaluate(isWalked), name).toBe(true);
      await page.keyboard.press("Escape");
      await eventually(() => opener.getAttribute("aria-expanded"), name).toBe("false");
      await eventually(() => opener.evaluate((node) => node === document.activeElement), name).toBe(true);
    }
  });

  it("a chart that is not drawn yet can have the focus, and is drawn then", async () => {
    const page = await open({ scenario: "done", frozen: true, size: { width: 460, height: 500 } });
    const undrawn = page.locator(".section.is-undrawn:not(.is-folded, [hidden])").last();
    const slider = undrawn.locator("[role=slider]").first();
    const isFocused = await slider.evaluate((node: HTMLElement) => {
      node.focus();
      return document.activeElement === node;
    });
    expect(isFocused).toBe(true);
    await eventually(() => page.locator(".section.is-undrawn:focus-within").count()).toBe(0);
    expect(await page.evaluate(() => document.activeElement?.getAttribute("role"))).toBe("slider");
  });

  it("Enter folds and unfolds each section", async () => {
    const page = await open({ scenario: "done", frozen: true });
    const titles = await page.locator(".section-title:visible").all();
    expect(titles.length).toBeGreaterThan(5);
    for (const title of titles) {
      const before = await title.getAttribute("aria-expanded");
      await title.focus();
      await page.keyboard.press("Enter");
      await expect.poll(() => title.getAttribute("aria-expanded")).not.toBe(before);
      await page.keyboard.press("Enter");
      await expect.poll(() => title.getAttribute("aria-expanded")).toBe(before);
    }
  });
});
