/** The panel alone in a browser: layers with more units than a row of the trace holds, or a picture has room for. */
import type { Page } from "playwright-core";
import { it } from "vitest";
import { eventually, open, pixels, servePanel } from "./panelPage";

servePanel();

const spoken = (page: Page): Promise<string | null> =>
  page.locator(".card-states .plot-cursor").getAttribute("aria-valuetext");
const inView = (page: Page): Promise<string> => page.locator(".card-states .unit-window").innerText();
const summary = (page: Page): Promise<string | null> =>
  page.locator(".card-states .plot canvas").getAttribute("aria-label");

it("all 32 units of an LSTM are there, though a row of its trace holds 23", async () => {
  const page = await open({ scenario: "units" });
  await pixels(page, "states");
  await eventually(() => summary(page)).toContain("32 units");
  await eventually(() => page.locator(".card-states .card-subtitle").textContent()).not.toContain("first");
  await eventually(() => page.locator(".card-states .unit-window").isVisible()).toBe(false);
  await page.locator(".card-states .plot-cursor").press("Shift+ArrowDown");
  await eventually(() => spoken(page)).toContain("of unit 31: ");
});

it("the last of 256 units is reached by keys, by buttons and by the wheel, in every quantity", async () => {
  const page = await open({ scenario: "units-256" });
  const first = await pixels(page, "states");
  await eventually(() => inView(page)).toMatch(/^‹\s*units 0 to \d+ of 256\s*›$/);

  await page.locator(".card-states .plot-cursor").press("Shift+ArrowDown");
  await eventually(() => spoken(page)).toContain("of unit 255: ");
  await eventually(() => inView(page)).toMatch(/to 255 of 256/);
  await eventually(() => pixels(page, "states")).not.toBe(first);
  await page.locator(".card-states .plot-cursor").press("Shift+PageDown");
  await eventually(() => inView(page)).not.toMatch(/to 255 of 256/);
  await page.locator(".card-states .plot-cursor").press("Escape");

  await clickUntil(page, "Previous units", /units 0 to/);
  await clickUntil(page, "Next units", /to 255 of 256/);

  await page.locator(".card-states select").last().selectOption("stateGrad");
  await eventually(() => summary(page)).toContain("256 units");
  const box = (await page.locator(".card-states .plot-cursor").boundingBox())!;
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.keyboard.down("Alt");
  await page.mouse.wheel(0, 100);
  await page.keyboard.up("Alt");
  await eventually(() => inView(page)).not.toMatch(/to 255 of 256/);
});

async function clickUntil(page: Page, button: string, there: RegExp): Promise<void> {
  for (let before = await inView(page); !there.test(before); before = await inView(page)) {
    await page.getByRole("button", { name: button }).click();
    await eventually(() => inView(page)).not.toBe(before);
  }
}
