/** A run that a probe has recorded in Python, in the page: its real file, thread, session and connection. */
import { mkdtempSync, copyFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { DIST, ROOT } from "../../scripts/paths.mjs";
import { Emitter } from "../../src/lib/emitter";
import { PanelConnection } from "../../src/panel/panelConnection";
import type { PanelServices } from "../../src/panel/pageRequests";
import { MemoryBudget } from "../../src/lib/memoryBudget";
import { ProbeSession } from "../../src/session/probeSession";
import { THIS_PROCESS } from "../../src/threads/carriers/threadPlace";
import { eventually, openSilent, servePanel } from "./panelPage";

servePanel();

/** Two layers in both directions and a cell, four steps, every second captured; written by the probe itself. */
const SMALL = join(ROOT, "test/fixtures/probe/small.rnnrun");
const POLL_MS = 20;

let folder = "";
const ends: (() => void)[] = [];
const warnings: string[] = [];
const openedFiles: string[] = [];
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "rnn-lab-page-probe-"));
});
afterEach(() => {
  for (const end of ends.splice(0)) end();
  expect(warnings.splice(0)).toEqual([]);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** In a form that goes over as text: numbers of typed arrays by their names. */
function asText(message: unknown): string {
  return JSON.stringify(message, (_key, value: unknown) => {
    if (value instanceof Float64Array) return { f64: Array.from(value, String) };
    if (value instanceof Float32Array) return { f32: Array.from(value, String) };
    return value;
  });
}

/** The panel shows the file, as in VS Code. */
async function openProbe(path: string): Promise<{ page: Page; session: ProbeSession }> {
  const page = await openSilent();
  const uri = pathToFileURL(path).toString();
  const session = new ProbeSession(
    { path, uri, fileName: "small.rnnrun", title: null },
    { scriptPath: join(DIST, "probe.js"), budget: new MemoryBudget(0), place: THIS_PROCESS },
    () => undefined,
  );
  const messages = new Emitter<unknown>();
  const host: Partial<PanelServices> = {
    canRun: () => true,
    warn: (message) => warnings.push(message),
    openFile: (shown) => openedFiles.push(shown.file.uri),
  };
  const post = (message: unknown): PromiseLike<boolean> =>
    page.evaluate((text) => {
      const read = (_key: string, value: unknown): unknown => {
        const { f64, f32 } = (value ?? {}) as { readonly f64?: readonly string[]; readonly f32?: readonly string[] };
        return f64 !== undefined
          ? Float64Array.from(f64, Number)
          : f32 !== undefined
            ? Float32Array.from(f32, Number)
            : value;
      };
      window.fakeHost.post(JSON.parse(text, read));
      return true;
    }, asText(message));
  const link = new PanelConnection(
    { postMessage: post, onDidReceiveMessage: (listener) => messages.event(listener) },
    host as PanelServices,
    true,
  );
  link.show(session);
  let isOpen = true;
  const listen = async (taken: number): Promise<void> => {
    if (!isOpen) return;
    const received = await page.evaluate((from) => window.fakeHost.received.slice(from), taken);
    for (const message of received) messages.fire(message);
    setTimeout(() => void listen(taken + received.length).catch(() => undefined), POLL_MS);
  };
  void listen(0).catch(() => undefined);
  ends.push(() => {
    isOpen = false;
    link.dispose();
    session.dispose();
  });
  return { page, session };
}

const shownSections = (page: Page): Promise<string[]> =>
  page
    .locator(".section:visible")
    .evaluateAll((nodes) => nodes.map((node) => (node as HTMLElement).dataset["section"]!));

describe("a run that was recorded in Python", () => {
  it("shows what it has, and nothing that steers it", async () => {
    const { page } = await openProbe(SMALL);
    await eventually(() => page.locator("h1").textContent()).toBe("small");
    await eventually(() => page.locator(".pill").first().textContent()).toBe("Done");
    await eventually(() => shownSections(page)).toEqual([
      "loss",
      "heat",
      "sharpness",
      "tensors",
      "gradient",
      "states",
      "weights",
      "spectrum",
      "fixed-points",
      "jacobians",
      "lyapunov",
      "memory",
    ]);
    await eventually(() => page.locator(".transport").isVisible()).toBe(false);
    await eventually(() => page.locator(".about").textContent()).toContain("PyTorch");
    await page.locator(".title-file").click();
    await eventually(() => Promise.resolve(openedFiles.length)).toBe(1);
  });

  it("names its layers by module and direction, and has the states of each captured sequence", async () => {
    const { page, session } = await openProbe(SMALL);
    const layers = page.locator(".card-gradient select[aria-label^=Layer]");
    await eventually(() => layers.locator("option").count()).toBe(5);
    const names = await layers.locator("option").allTextContents();
    expect(names).toEqual(session.header!.probed!.layers.map(({ name }) => name));
    await layers.selectOption({ label: names.find((name) => name.endsWith("backward"))! });
    await eventually(() => page.locator(".card-gradient").textContent()).toContain("reads the sequence backward");
    await page.locator(".card-states").getByRole("button", { name: "Next sequence" }).click();
    await eventually(() => page.locator(".card-states .card-subtitle").textContent()).toContain("sequence 1");
  });

  it("has the norm of each weight at the captured steps, and the curves of earlier runs behind its own", async () => {
    const { page, session } = await openProbe(SMALL);
    await page.locator(".card-tensors .section-title").click();
    const [first] = session.header!.parameters;
    await eventually(() => page.locator(".card-tensors").textContent()).toContain(first!.name);
    await eventually(() => page.locator(".card-tensors select").isVisible()).toBe(false);
    const curve = { iteration: Float64Array.of(0, 1, 2), loss: Float64Array.of(3, 2, 1) };
    session.showEarlier({ number: 2, ghosts: [{ runId: "earlier", number: 1, label: "Earlier", ...curve }] });
    await eventually(() => page.locator(".card-loss").textContent()).toContain("Earlier");
  });

  it("has the dynamics of a layer, and says of which one there are none", async () => {
    const { page } = await openProbe(SMALL);
    const card = page.locator(".card-jacobians");
    await card.locator(".section-title").click();
    const layers = card.locator("select[aria-label^=Layer]");
    await eventually(() => layers.locator("option").count()).toBe(5);
    const names = await layers.locator("option").allTextContents();
    await layers.selectOption({ label: names.find((name) => name.endsWith("backward"))! });
    await card.getByRole("button", { name: "Compute Jacobians" }).click();
    await eventually(() => card.getByRole("alert").textContent()).toContain("backward direction");
    await layers.selectOption({ label: names.find((name) => name.endsWith("forward"))! });
    await card.getByRole("button", { name: "Compute Jacobians" }).click();
    await eventually(() => card.locator(".plot canvas").getAttribute("aria-label")).toMatch(/^Jacobians of \d+ steps/);
    await eventually(() => card.getByRole("alert").isVisible()).toBe(false);
  });

  it("says what needs the whole model, or more sequences", async () => {
    const { page } = await openProbe(SMALL);
    const sharpness = page.locator(".card-sharpness");
    await sharpness.locator(".section-title").click();
    await eventually(() => sharpness.locator(".plot-empty").innerText()).toContain("needs the whole model");
    await eventually(() => sharpness.getByRole("button", { name: "Compute Sharpness" }).isVisible()).toBe(false);
    const memory = page.locator(".card-memory");
    await memory.locator(".section-title").click();
    await memory.locator("select[aria-label^=Layer]").selectOption({ label: "rnn · layer 0 · forward" });
    await memory.getByRole("button", { name: "Analyze Memory" }).click();
    await eventually(() => memory.getByRole("alert").textContent()).toContain("Call watch with sequences=6 or more");
  });

  it("says that its file is gone", async () => {
    const path = join(folder, "gone.rnnrun");
    copyFileSync(SMALL, path);
    const { page } = await openProbe(path);
    await eventually(() => page.locator(".pill").first().textContent()).toBe("Done");
    rmSync(path);
    await eventually(() => page.locator(".banners").textContent()).toContain("no longer there");
  });
});
