/** The form of hyperparameters and the shortcuts of the page, by real keys in the toolkit's own fields. */
import type { Locator, Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import type { WebviewMessage } from "../../src/shared/wire/protocol";
import { accent } from "../accents";
import { eventually, open, openMore, received, servePanel, type Options } from "./panelPage";

servePanel();

const row = (page: Page, label: string): Locator =>
  page.locator(".form-row", { has: page.locator(".form-label", { hasText: new RegExp(`^${label}$`) }) });
const slider = (page: Page, label: string): Locator => row(page, label).locator(".form-slider");
/** Inside the shadow root of the toolkit's text field. */
const field = (page: Page, label: string): Locator => row(page, label).locator("vscode-text-field input");
const list = (page: Page, label: string): Locator => row(page, label).locator("vscode-dropdown");
const place = (page: Page): Promise<string | null> => page.locator(".cursor-place").textContent();

/** The form is folded at first. */
async function openForm(options: Options): Promise<Page> {
  const page = await open(options);
  // By key: while the page trains, a card above may grow between the press of a button and its release.
  await page.locator(".card-form .section-title").press("Enter");
  await page.locator(".card-form .form-grid").waitFor();
  return page;
}

async function edits(page: Page): Promise<Omit<Extract<WebviewMessage, { type: "editValues" }>, "type">[]> {
  return (await received(page)).flatMap((message) =>
    message.type === "editValues" ? [{ edits: message.edits, moving: message.moving }] : [],
  );
}

async function labels(page: Page): Promise<string[]> {
  return page.locator(".form-row .form-label").allTextContents();
}

describe("a hyperparameter", () => {
  it("is typed into its field, with a point or a comma, and the run starts again with it", async () => {
    const page = await openForm({ scenario: "spike" });
    await field(page, "Learning rate").fill("");
    await field(page, "Learning rate").pressSequentially("0,01");
    await page.keyboard.press("Enter");
    await eventually(() => edits(page)).toEqual([
      { edits: [{ path: ["training", "optimizer", "learningRate"], value: 0.01 }], moving: false },
    ]);
    await field(page, "Iterations").fill("1,000");
    await page.keyboard.press("Tab");
    await eventually(async () => (await edits(page)).at(-1)?.edits).toEqual([
      { path: ["training", "iterations"], value: 1000 },
    ]);
    await eventually(() => field(page, "Iterations").inputValue()).toBe("1000");
    await eventually(() => field(page, "Learning rate").inputValue()).toBe("0.01");
  });

  it("moves with its slider: each step of the way is one movement, and the last one ends it", async () => {
    const page = await openForm({ scenario: "spike" });
    const track = slider(page, "Learning rate");
    await track.scrollIntoViewIfNeeded();
    const box = await track.boundingBox();
    if (box === null) throw new Error("The slider has no place on the page.");
    const y = box.y + box.height / 2;
    await page.mouse.move(box.x + box.width * 0.5, y);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.6, y, { steps: 4 });
    await page.mouse.move(box.x + box.width * 0.7, y, { steps: 4 });
    await page.mouse.up();
    await eventually(async () => (await edits(page)).at(-1)?.moving).toBe(false);
    const all = await edits(page);
    const values = all.map(({ edits: [edit] }) => edit?.value as number);
    expect(all.length).toBeGreaterThan(2);
    expect(all.slice(0, -1).every(({ moving }) => moving === true)).toBe(true);
    // What was written last on the way is written once more, as the end.
    expect(values.at(-1)).toBe(values.at(-2));
    expect(values).toEqual([...values].sort((a, b) => a - b));
    await eventually(() => field(page, "Learning rate").inputValue()).toBe(String(values.at(-1)));
    await eventually(() => track.getAttribute("aria-valuetext")).toContain(String(values.at(-1)));
  });

  it("is chosen from its list, which changes the other rows", async () => {
    const page = await openForm({ scenario: "spike" });
    await eventually(() => labels(page)).not.toContain("Momentum");
    await list(page, "Optimizer").click();
    await list(page, "Optimizer").getByRole("option", { name: "momentum", exact: true }).click();
    await eventually(async () => (await edits(page)).at(-1)?.edits).toEqual([
      { path: ["training", "optimizer", "kind"], value: "momentum" },
    ]);
    await eventually(() => labels(page)).toContain("Momentum");
  });

  it("goes back to its default by a button that is there only for another value", async () => {
    const page = await openForm({ scenario: "spike" });
    const reset = row(page, "Iterations").locator(".form-reset");
    await field(page, "Iterations").fill("70");
    await page.keyboard.press("Enter");
    await reset.click();
    await eventually(async () => (await edits(page)).at(-1)?.edits).toEqual([{ path: ["training", "iterations"] }]);
    await eventually(() => row(page, "Iterations").locator(".form-default").isVisible()).toBe(true);
    await eventually(() => reset.isVisible()).toBe(false);
  });

  it("cannot be changed here while the text has an error", async () => {
    const page = await openForm({ scenario: "misspelt" });
    await eventually(() => page.locator(".card-form .card-subtitle").textContent()).toContain("14");
    await eventually(() => slider(page, "Iterations").isDisabled()).toBe(true);
    await eventually(() => field(page, "Iterations").isDisabled()).toBe(true);
    await eventually(() => list(page, "Optimizer").getAttribute("disabled")).not.toBeNull();
    await eventually(() => page.locator(".form-reset:visible").count()).toBe(0);
  });
});

describe("the form", () => {
  it("has the headings of the file, and keeps the loss in view while its last value is moved", async () => {
    const page = await openForm({ scenario: "spike", size: { width: 640, height: 720 } });
    await eventually(() => page.locator(".form-heading").allTextContents()).toEqual([
      "Task",
      "Model",
      "Initial weights",
      "Optimizer",
      "Training",
      "General",
    ]);
    await page.locator(".card-form").evaluate((card) => card.scrollIntoView({ block: "end" }));
    const seed = slider(page, "Seed");
    await seed.evaluate((input) => input.scrollIntoView({ block: "nearest" }));
    await seed.press("ArrowRight");
    await eventually(async () => (await edits(page)).at(-1)?.edits[0]?.path).toEqual(["seed"]);
    const [plot, control] = [await page.locator(".card-loss canvas").boundingBox(), await seed.boundingBox()];
    const toolbar = await page.locator(".sticky").boundingBox();
    // The whole plot, below the bars that stay at the top.
    expect(plot?.y).toBeGreaterThan((toolbar?.y ?? Infinity) + (toolbar?.height ?? 0));
    expect(control?.y).toBeGreaterThan((plot?.y ?? Infinity) + (plot?.height ?? 0));
    expect((control?.y ?? Infinity) + (control?.height ?? 0)).toBeLessThan(720);
  });

  it("leaves the border of the primary button to it: no other one looks as if it had the focus", async () => {
    const page = await open({ scenario: "paused" });
    // The library reads the colors when VS Code changes the theme.
    await page.evaluate(() => {
      const { style } = document.documentElement;
      style.setProperty("--vscode-button-border", "#0069cc");
      style.setProperty("--vscode-button-secondaryBorder", "#eaeaea");
      document.body.classList.toggle("vscode-light");
    });
    const borderOf = (selector: string): Promise<string> =>
      page.locator(`${selector} .control`).evaluate((button) => getComputedStyle(button).borderTopColor);
    await eventually(() => borderOf(".control-pauseResume")).toBe("rgb(0, 105, 204)");
    await eventually(() => borderOf(".control-stop")).toBe("rgb(234, 234, 234)");
  });
});

describe("a key that is typed into a control is no shortcut", () => {
  it.each([
    ["in English", false],
    ["in another language", true],
  ])("%s", async (_language, accents) => {
    const page = await openForm({ scenario: "rnn", frozen: true, accents });
    const say = (text: string): string => (accents ? accent(text) : text);
    await page.locator(".scrubber-track").press("ArrowLeft");
    await eventually(() => place(page)).toContain("399");
    const before = await place(page);
    const scale = page.locator(".axes-panel .segment").first();
    const isLog = await scale.getAttribute("aria-pressed");
    const recent = page.locator(".axes-panel .segment", { hasText: say("Recent") });
    const everyShortcut = async (): Promise<void> => {
      for (const key of ["0", ",", "0", "1", ".", "[", "]", "<", ">", "p", "l", "r"]) await page.keyboard.press(key);
      await eventually(() => place(page)).toBe(before);
      await eventually(() => scale.getAttribute("aria-pressed")).toBe(isLog);
      await eventually(() => recent.getAttribute("aria-pressed")).toBe("false");
    };
    // A field in a shadow root, a field and a list of the page, a list of the toolkit, and whatever else takes text.
    await page.locator(".form-number vscode-text-field input").first().focus();
    await everyShortcut();
    await openMore(page, say("More Controls"));
    await page.locator(".playback-speed .picker").focus();
    await everyShortcut();
    await page.locator(".form-choice vscode-dropdown").first().focus();
    await everyShortcut();
    await page.evaluate(() => {
      const note = Object.assign(document.createElement("p"), { contentEditable: "true", id: "note" });
      document.body.append(note);
      note.focus();
    });
    await everyShortcut();
    await page.evaluate(() => document.querySelector("#note")?.remove());
    await page.locator(".card-loss .plot-cursor").focus();
    await page.keyboard.press(",");
    await eventually(() => place(page)).toContain("398");
    await page.keyboard.press("l");
    await eventually(() => scale.getAttribute("aria-pressed")).not.toBe(isLog);
  });

  it("while a word is composed neither", async () => {
    const page = await open({ frozen: true });
    const before = await place(page);
    await page.locator(".card-loss .plot-cursor").evaluate((target) => {
      for (const isComposing of [true, false])
        target.dispatchEvent(new KeyboardEvent("keydown", { key: ",", bubbles: true, composed: true, isComposing }));
    });
    // One of the two keys counts.
    await eventually(() => place(page)).not.toBe(before);
    await eventually(() => place(page)).toBe("499");
  });
});
