/** Time travel, zoom, findings, formulas and saving, by hand and in a real browser. */
import type { Page } from "playwright-core";
import { describe, it } from "vitest";
import { eventually, open, openMore, pixels, received, servePanel } from "./panelPage";

servePanel();

const place = (page: Page): Promise<string | null> => page.locator(".cursor-place").textContent();
const action = (page: Page, label: string) =>
  page.locator(".scrubber").getByRole("button", { name: label, exact: true });

describe("the scrubber", () => {
  it("steps back and forward, goes to both ends, and jumps to what was found", async () => {
    const page = await open({ scenario: "diverged" });
    await action(page, "Previous traced iteration").click();
    await eventually(() => place(page)).toBe("0");
    await action(page, "Latest iteration").click();
    await action(page, "First iteration").click();
    await eventually(() => place(page)).toBe("0");
    await page.keyboard.press(".");
    // The last iteration with gradients is 1; the run itself came to 2, where the loss is not finite.
    await eventually(() => page.locator(".scrubber-track").getAttribute("aria-valuenow")).toBe("1");
    await eventually(() => place(page)).toBe("2");
    await page.locator(".scrubber-track").press("Home");
    await eventually(() => place(page)).toBe("0");
    await page.keyboard.press("]");
    await eventually(() => page.locator(".scrubber-track").getAttribute("aria-valuetext")).toContain(
      "finding: Non-finite loss",
    );
    await eventually(() => place(page)).toBe("2");
  });

  it("plays to the end, with all views, and follows the run again from there", async () => {
    const page = await open({ scenario: "running" });
    const drawn = await pixels(page, "gradient");
    await openMore(page);
    await page.locator(".playback-speed .picker").selectOption("1000");
    await page.keyboard.press("Escape");
    await action(page, "First iteration").click();
    await eventually(() => place(page)).toBe("0");
    await action(page, "Play").click();
    await eventually(() => pixels(page, "gradient")).not.toBe(drawn);
    await eventually(() => action(page, "Latest iteration").getAttribute("aria-pressed")).toBe("true");
    await eventually(() => action(page, "Play").count()).toBe(1);
  });

  it("is there in the side bar too, by pointer and keys", async () => {
    const page = await open({ scenario: "done", layout: "compact" });
    const track = page.locator(".scrubber-track");
    await track.press("Home");
    await eventually(() => place(page)).toBe("0");
    await track.press("ArrowRight");
    await eventually(() => track.getAttribute("aria-valuenow")).toBe("1");
    await track.click({ position: { x: 5, y: 14 } });
    await eventually(() => track.getAttribute("aria-valuenow")).toBe("0");
  });
});

describe("zoom", () => {
  it("takes all charts over the iterations to what was dragged over, and back by a key", async () => {
    const page = await open();
    const [loss, norm] = [await pixels(page, "loss"), await pixels(page, "heat")];
    const box = await page.locator(".card-loss .plot-cursor").boundingBox();
    if (box === null) throw new Error("The loss has no place on the page.");
    await page.mouse.move(box.x + 150, box.y + 50);
    await page.mouse.down();
    await page.mouse.move(box.x + 300, box.y + 55, { steps: 3 });
    await page.mouse.up();
    await page.waitForSelector(".cursor-bar .link:has-text('Reset Zoom')");
    await eventually(() => page.locator(".axes-panel [aria-pressed=true]").allTextContents()).toEqual([
      "Log",
      "Iteration",
    ]);
    await eventually(() => pixels(page, "loss")).not.toBe(loss);
    await eventually(() => pixels(page, "heat")).not.toBe(norm);
    await page.locator(".card-loss .plot-cursor").press("0");
    await page.waitForSelector(".cursor-bar .link:has-text('Reset Zoom')", { state: "hidden" });
  });

  it("goes closer with Ctrl and the wheel, and leaves the plain wheel to the page", async () => {
    const page = await open();
    await page.locator(".card-gradient .plot-cursor").hover();
    await page.keyboard.down("Control");
    await page.mouse.wheel(0, -300);
    await page.keyboard.up("Control");
    await page.waitForSelector(".cursor-bar .link:has-text('Reset Zoom')");
    await page.mouse.wheel(0, 400);
    await eventually(() => page.evaluate(() => window.scrollY)).toBeGreaterThan(0);
  });
});

describe("a finding", () => {
  it("leads to its place in the charts, to its line in the file, and to its repair", async () => {
    const page = await open({ scenario: "diverged" });
    await page.locator(".findings-toggle").click();
    const finding = page.locator(".finding", { hasText: "Exploding gradient" });
    await finding.getByRole("button", { name: /^iteration 0/ }).click();
    await eventually(() => place(page)).toBe("0");
    await finding.getByRole("button", { name: "model.init.weight_hh_l0" }).click();
    await finding.locator(".finding-fixes vscode-button").first().click();
    await eventually(async () =>
      (await received(page))
        .filter(({ type }) => type === "revealValue" || type === "editValues")
        .map(({ type }) => type),
    ).toEqual(["revealValue", "editValues"]);
  });
});

describe("a section", () => {
  it("explains itself with a formula that screen readers can read", async () => {
    const page = await open({ scenario: "lstm" });
    await page.locator(".card-gradient .tool-formula").click();
    await page.waitForSelector(".card-gradient .formula math");
    await eventually(() => page.locator(".card-gradient .formula math").first().getAttribute("alttext")).toContain(
      "f_t",
    );
    await eventually(() => page.locator(".card-gradient .formula").innerText()).toContain("forget gate");
  });

  it("is saved as a vector picture by its menu: lines as paths, rasters as images", async () => {
    const page = await open();
    for (const [chart, expected] of [
      ["loss", /<path d="M[\d. ]+L[\d. ]+L/],
      ["heat", /<image [^>]*href="data:image\/png;base64,/],
    ] as const) {
      const before = (await received(page)).length;
      await page.locator(`.card-${chart} .menu-root > [aria-haspopup=menu]`).click();
      await page
        .getByRole("menuitem", { name: /SVG/ })
        .and(page.locator(`.card-${chart} .menu-item`))
        .click();
      const saved = (): Promise<string> =>
        page.evaluate(
          (from) =>
            window.fakeHost.received
              .slice(from)
              .flatMap((message) => (message.type === "chartFile" ? [new TextDecoder().decode(message.content)] : []))
              .join(""),
          before,
        );
      await eventually(saved).toMatch(expected);
      await eventually(() => saved()).toContain("<text");
    }
  });
});
