/** The panel alone in a browser: what it shows, its keys, its themes, and a host that misbehaves. */
import { describe, expect, it } from "vitest";
import { SCENARIOS } from "../../webview/fake/scenarios";
import {
  acknowledged,
  canvas,
  eventually,
  open,
  pixels,
  pixelsAtRest,
  pixelsOf,
  received,
  servePanel,
} from "./panelPage";

const CHARTS = ["loss", "gradient", "heat", "surface", "norm", "states"] as const;

/** Those that the host says something in. */
const SPOKEN = Object.entries(SCENARIOS).flatMap(([name, { isSilent }]) => (isSilent === true ? [] : [name]));
/** Of the side view, which shows less: those that differ in what they draw. */
const COMPACT = ["none", "idle", "long", "diverged", "failed", "lstm", "gru", "text", "hostile"];

servePanel();

describe("the panel", () => {
  it.each([
    ...SPOKEN.map((scenario) => ({ scenario, layout: "wide" as const })),
    ...COMPACT.map((scenario) => ({ scenario, layout: "compact" as const })),
  ])("shows the scenario $scenario ($layout) without a complaint and without scrolling sideways", async (options) => {
    const page = await open(options);
    expect((await received(page)).filter((message) => message.type === "viewError")).toEqual([]);
    const overflow = () =>
      page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    await eventually(() => overflow()).toBe(0);
    await page.setViewportSize({ width: 240, height: 900 });
    await eventually(overflow).toBe(0);
  });

  it("draws every chart", async () => {
    const page = await open();
    for (const chart of CHARTS) expect((await pixelsOf(page, chart)).colors, chart).toBeGreaterThan(10);
    expect((await pixelsOf(page, "heat")).colors).toBeGreaterThan(60);
  });

  it("draws what streams in, and acknowledges every frame once, in order", async () => {
    const page = await open({ scenario: "running" });
    for (const chart of ["loss", "heat", "norm"]) {
      const before = await pixels(page, chart);
      await eventually(() => pixels(page, chart)).not.toBe(before);
    }
    await eventually(async () => (await acknowledged(page)).length).toBeGreaterThan(20);
    const sequences = await acknowledged(page);
    expect(sequences).toEqual(sequences.map((_, i) => (sequences[0] ?? 0) + i));
    expect((await received(page)).some((message) => message.type === "requestSnapshot")).toBe(false);
  });

  it("acknowledges without animation frames too", async () => {
    const page = await open({ scenario: "running", hidden: true });
    await eventually(async () => (await acknowledged(page)).length).toBeGreaterThan(5);
  });

  it("says where the numbers broke, and keeps what came before", async () => {
    const page = await open({ scenario: "diverged" });
    await eventually(() => page.locator(".pill:not(.pill-button)").textContent()).toBe("Diverged");
    await eventually(() => page.locator(".banner strong").textContent()).toBe("Training diverged.");
    await eventually(() => page.locator(".banner p").textContent()).toMatch(/^Training diverged\. The loss became ∞/);
    await eventually(() => page.locator(".card-heat .legend-extra", { hasText: "non-finite" }).isVisible()).toBe(true);
    await page.locator(".card-loss .plot-cursor").press("Home");
    await eventually(() => page.locator(".card-loss .readout-value").first().textContent()).toMatch(/^[\d.,]+$/);
  });

  it("invites to run what has not run, and to make what is not there", async () => {
    const idle = await open({ scenario: "idle" });
    await idle.locator(".invitation vscode-button").first().click();
    await idle.waitForSelector(".card-loss canvas");
    await eventually(() => received(idle)).toContainEqual({ type: "command", command: "run" });
    const none = await open({ scenario: "none" });
    await none.locator(".invitation vscode-button").click();
    await eventually(() => received(none)).toContainEqual({ type: "command", command: "newExperiment" });
  });

  it("says after a reload of the window how far the run had come, until there is another", async () => {
    const page = await open({ scenario: "paused" });
    await page.goto(page.url().replace("scenario=paused", "scenario=idle"));
    await eventually(() => page.locator(".invitation").innerText()).toMatch(
      /Welcome back[\s\S]*was at iteration 173 of 500\. Its loss was [\d.]+\.\n/,
    );
    await page.locator(".invitation vscode-button").click();
    await page.waitForSelector(".card-loss canvas");
    await eventually(() => page.locator(".invitation").isVisible()).toBe(false);
  });

  it("leads out of what went wrong before the first iteration", async () => {
    const page = await open({ scenario: "failed" });
    await eventually(() => page.locator(".invitation").innerText()).toMatch(/The run failed[\s\S]*out of memory/);
    await page.locator(".invitation vscode-button", { hasText: "Show Log" }).click();
    await eventually(() => received(page)).toContainEqual({ type: "command", command: "showLog" });
  });

  it("turns training off in an untrusted workspace, and leads to the trust", async () => {
    const page = await open({ scenario: "untrusted" });
    await page.locator(".invitation vscode-button", { hasText: "Manage Workspace Trust" }).click();
    await eventually(() => received(page)).toContainEqual({ type: "command", command: "manageTrust" });
    for (const control of ["run", "step", "checkGradients"])
      await eventually(() => page.locator(`.control-${control}`).getAttribute("disabled"), control).toBe("");
    await eventually(() => page.locator(".control-editHyperparameter").getAttribute("disabled")).toBeNull();
  });
});

describe("the controls", () => {
  it("send their command, and change with the phase", async () => {
    const page = await open({ scenario: "paused" });
    await page.locator(".control-step").click();
    await page.locator(".control-pauseResume").click();
    await eventually(() => page.locator(".pill:not(.pill-button)").textContent()).toBe("Running");
    await eventually(() => page.locator(".control-pauseResume").getAttribute("aria-label")).toBe("Pause");
    await page.locator(".control-stop").click();
    await eventually(() => page.locator(".pill:not(.pill-button)").textContent()).toBe("Stopped");
    const commands = (await received(page)).flatMap((message) => (message.type === "command" ? [message.command] : []));
    expect(commands).toEqual(["step", "pauseResume", "stop"]);
  });

  it("set the training speed", async () => {
    const page = await open({ scenario: "paused" });
    await page.getByRole("combobox", { name: "Training speed" }).selectOption("100");
    await eventually(() => received(page)).toContainEqual({ type: "setPace", pace: 100 });
  });

  it("show the gradient check tensor by tensor, until it is closed", async () => {
    const page = await open();
    await page.locator(".control-checkGradients").click();
    await page.waitForSelector(".check-card:not([hidden])");
    await eventually(() => page.locator(".check-card").innerText()).toMatch(
      /Passed[\s\S]*weight_ih_l0[\s\S]*weight_hh_l0/,
    );
    await eventually(() => page.locator(".check-card svg.error-curve polyline").count()).toBe(2);
    await page.locator(".check-card .tool").click();
    await page.waitForSelector(".check-card", { state: "hidden" });
    // The verdict stays as a badge, which brings the table back.
    await eventually(() => page.locator(".check-badge").innerText()).toMatch(/Gradient check passed/);
    await page.locator(".check-badge").click();
    await page.waitForSelector(".check-card:not([hidden])");
  });
});

describe("the cursor", () => {
  it("goes with the keys of one chart through all of them", async () => {
    const page = await open();
    const place = page.locator(".cursor-place");
    const gradient = page.locator(".card-gradient .readout-label").first();
    const slider = page.locator(".card-loss .plot-cursor");
    const before = await pixelsAtRest(page, "norm");
    await slider.press("Home");
    await eventually(() => place.textContent()).toBe("0");
    await eventually(() => gradient.textContent()).toBe("iteration 0");
    await eventually(() => pixels(page, "norm")).not.toBe(before);
    await slider.press("ArrowRight");
    await eventually(() => place.textContent()).toBe("1");
    await eventually(() => slider.getAttribute("aria-valuetext")).toMatch(/^iteration 1: loss /);
    await slider.press("ArrowUp");
    await eventually(() => gradient.textContent()).toBe("t = 10");
    await slider.press("ArrowDown");
    await eventually(() => gradient.textContent()).toBe("t = 9, 1 step back");
    await slider.press("Escape");
    await eventually(() => place.textContent()).toBe("500");
  });

  it("follows the pointer, is held by a click, and goes back to the latest by the link", async () => {
    const page = await open();
    const place = page.locator(".cursor-place");
    const box = (await page.locator(".card-heat .plot-cursor").boundingBox())!;
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await eventually(() => place.textContent()).not.toBe("500");
    const hovered = await place.textContent();
    await page.mouse.down();
    await page.mouse.up();
    await page.mouse.move(2, 2);
    await eventually(() => page.locator(".cursor-detail").textContent()).toContain("held");
    await eventually(() => place.textContent()).toBe(hovered);
    await page.locator(".cursor-bar .link:visible").click();
    await eventually(() => place.textContent()).toBe("500");
  });
});

describe("reading", () => {
  it("changes the loss axis and the iterations in view by one key each", async () => {
    const page = await open();
    const log = await pixels(page, "loss");
    await page.locator(".card-loss .plot-cursor").press("l");
    await eventually(() => pixels(page, "loss")).not.toBe(log);
    await eventually(() => page.locator(".axes-panel [aria-pressed='true']").allTextContents()).toContain("Linear");
    const all = await pixels(page, "heat");
    await page.locator(".card-loss .plot-cursor").press("r");
    await eventually(() => pixels(page, "heat")).not.toBe(all);
    await eventually(() => page.locator(".axes-panel [aria-pressed='true']").allTextContents()).toContain("Recent");
  });

  it("shows each chart as a table, with the numbers of the run", async () => {
    const page = await open();
    for (const chart of CHARTS) {
      await page.locator(`.card-${chart} .card-tools .tool`).last().click();
      await page.waitForSelector(`.card-${chart} table`);
      await eventually(() => canvas(page, chart).isVisible(), chart).toBe(false);
    }
    await eventually(() => page.locator(".card-loss tbody tr").first().innerText()).toMatch(/^0\s+615,690\s/);
    await page.locator(".card-loss .card-tools .tool").last().click();
    await eventually(() => canvas(page, "loss").isVisible()).toBe(true);
  });

  it("describes every picture in a sentence", async () => {
    const page = await open();
    for (const chart of CHARTS)
      await eventually(() => canvas(page, chart).getAttribute("aria-label")).toMatch(/iteration/);
  });

  it("keeps still where motion is not wanted, and turns nothing while it draws a run, for which the browser would paint all the time", async () => {
    const running = await open({ scenario: "running" });
    expect(
      await running.evaluate(
        () =>
          document
            .getAnimations()
            .filter(({ playState, effect }) => playState === "running" && effect?.getTiming().iterations === Infinity)
            .length,
      ),
    ).toBe(0);
    const page = await open({ scenario: "starting" });
    const animation = (): Promise<string> =>
      page.locator(".pill:not(.pill-button) .icon").evaluate((node) => getComputedStyle(node).animationName);
    await eventually(() => animation()).not.toBe("none");
    await page.emulateMedia({ reducedMotion: "reduce" });
    await eventually(() => animation()).toBe("none");
    await page.emulateMedia({ reducedMotion: "no-preference" });
    await page.evaluate(() => document.body.classList.add("vscode-reduce-motion"));
    await eventually(() => animation()).toBe("none");
  });
});

describe("the theme", () => {
  it("is taken on by the charts as soon as it changes", async () => {
    const page = await open({ theme: "dark" });
    const dark = await pixels(page, "loss");
    await page.evaluate(() => {
      document.documentElement.className = "theme-light";
      document.body.classList.replace("vscode-dark", "vscode-light");
    });
    await eventually(() => pixels(page, "loss")).not.toBe(dark);
    await eventually(() => page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe(
      "rgb(255, 255, 255)",
    );
  });
});

describe("a host that misbehaves", () => {
  it("is asked for a snapshot when a frame is lost, and the picture is whole again", async () => {
    const page = await open({ scenario: "running" });
    await page.evaluate(() => {
      const status = {
        phase: "running",
        iteration: 1,
        iterations: 2,
        loss: null,
        trainMs: 0,
        stepsPerSecond: 0,
        best: null,
        message: null,
        advice: null,
      };
      window.fakeHost.post({
        type: "append",
        sequence: 9999,
        runId: "another run",
        rows: { rows: 0, columns: [] },
        scalars: { kind: "rows", rows: { rows: 0, columns: [] } },
        status,
      });
    });
    await eventually(async () => (await received(page)).some((message) => message.type === "requestSnapshot")).toBe(
      true,
    );
    const count = (await acknowledged(page)).length;
    await eventually(async () => (await acknowledged(page)).length).toBeGreaterThan(count + 5);
    expect((await received(page)).filter((message) => message.type === "requestSnapshot")).toHaveLength(1);
  });

  it("does not bring the page down with garbage", async () => {
    const page = await open({ scenario: "running" });
    await page.evaluate(() => {
      for (const message of [null, 3, {}, { type: "snapshot" }, { type: "surface", surface: 1 }, { type: "nonsense" }])
        window.fakeHost.post(message);
    });
    await eventually(async () => (await received(page)).filter((message) => message.type === "viewError").length).toBe(
      6,
    );
    const before = await pixels(page, "loss");
    await eventually(() => pixels(page, "loss")).not.toBe(before);
  });

  it("cannot make markup out of a name", async () => {
    const page = await open({ scenario: "hostile" });
    await eventually(() => page.locator("h1 *").count()).toBe(0);
    await eventually(() => page.locator("h1").textContent()).toContain("<img src=x");
    await eventually(() => page.title()).toBe("Panel");
  });
});
