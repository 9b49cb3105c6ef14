/** The panel alone in a browser: the loss surface, from whose start a run can be sent elsewhere. */
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { arrangeAll, eventually, open, received, servePanel } from "./panelPage";

servePanel();

const edits = async (page: Page): Promise<unknown[]> =>
  (await received(page)).flatMap((message) => (message.type === "editValues" ? message.edits : []));

describe("the start of a run on the loss surface", () => {
  it("is dragged to another place, which the file says then, and the earlier runs stay in the picture", async () => {
    const page = await open({ scenario: "done" });
    const handle = page.locator(".start-handle");
    await page.locator(".card-surface").scrollIntoViewIfNeeded();
    await eventually(async () => (await handle.getAttribute("aria-label")) ?? "").toContain("weight_ih_l0 -1.5");
    const box = (await handle.boundingBox())!;
    await page.mouse.move(box.x + 12, box.y + 12);
    await page.mouse.down();
    await page.mouse.move(box.x + 112, box.y + 72, { steps: 4 });
    await page.mouse.up();
    await eventually(() => edits(page)).toHaveLength(2);
    const [x, y] = (await edits(page)) as { path: string[]; value: number }[];
    expect([x!.path, y!.path]).toEqual([
      ["model", "init", "weight_ih_l0"],
      ["model", "init", "weight_hh_l0"],
    ]);
    expect(x!.value).toBeGreaterThan(-1.5);
    expect(y!.value).toBeLessThan(2);
    await eventually(async () => (await handle.getAttribute("aria-label")) ?? "").toContain(
      `weight_ih_l0 ${x!.value}, weight_hh_l0 ${y!.value}`,
    );
  });

  it("is moved with the arrow keys and taken with Enter; Escape puts it back", async () => {
    const page = await open({ scenario: "done" });
    const handle = page.locator(".start-handle");
    const label = async (): Promise<string> => (await handle.getAttribute("aria-label")) ?? "";
    // What is off screen is not drawn.
    await page.locator(".card-surface").scrollIntoViewIfNeeded();
    await eventually(label).toContain("weight_ih_l0 -1.5, weight_hh_l0 2.");
    await handle.focus();
    await page.keyboard.press("ArrowRight");
    await eventually(label).toContain("weight_ih_l0 -1.44, weight_hh_l0 2.");
    await page.keyboard.press("Escape");
    await eventually(label).toContain("weight_ih_l0 -1.5, weight_hh_l0 2.");
    expect(await edits(page)).toEqual([]);
    await page.keyboard.press("Shift+ArrowDown");
    await page.keyboard.press("Enter");
    await eventually(() => edits(page)).toEqual([
      { path: ["model", "init", "weight_ih_l0"], value: -1.5 },
      { path: ["model", "init", "weight_hh_l0"], value: 1.7 },
    ]);
  });
});

describe("the views of weights and gradients", () => {
  it("take apart which loss a gradient comes from, and show sizes and eigenvalues", async () => {
    const page = await open({ scenario: "rnn" });
    await arrangeAll(page, "Unfold All");
    for (const [card, words] of [
      ["attribution", /^Gradient at time steps 0 to 7/],
      ["tensors", /L2 norm of each tensor at each recorded iteration/],
      ["spectrum", /^Eigenvalues of weight_hh_l0 .*: 3 in total, \d outside/],
    ] as const) {
      await page.locator(`.card-${card}`).scrollIntoViewIfNeeded();
      await eventually(
        async () => (await page.locator(`.card-${card} .plot canvas`).getAttribute("aria-label")) ?? "",
      ).toMatch(words);
    }
    await eventually(() => page.locator(".card-spectrum h2").innerText()).toBe("Eigenvalues of weight_hh");
    await eventually(() => page.locator(".card-spectrum .explanation").textContent()).toContain(
      "The slopes of the units",
    );
    await page.locator(".card-attribution .plot-cursor").focus();
    await page.keyboard.press("Shift+ArrowDown");
    await eventually(() => page.locator(".card-attribution .readout").innerText()).toContain("from the loss at k = 6");
    await page.locator(".card-tensors").scrollIntoViewIfNeeded();
    await page.locator(".card-tensors select").selectOption("ratio");
    await eventually(
      async () => (await page.locator(".card-tensors .plot canvas").getAttribute("aria-label")) ?? "",
    ).toContain("Norm of the update divided by the norm");
  });
});
