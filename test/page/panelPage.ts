/**
 * The panel alone in a browser, under the policy of a webview, fed by a host in the page that trains the real network.
 */
import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { basename, join } from "node:path";
import type { BrowserContext, Locator, Page } from "playwright-core";
import { afterEach, beforeAll, expect } from "vitest";
import { DIST, ROOT } from "../../scripts/paths.mjs";
import type { WebviewMessage } from "../../src/shared/wire/protocol";
import type {} from "../../webview/fake/host";
import type { ThemeName } from "../../webview/fake/themes";
import { accentBundle } from "../accents";
import type {} from "./oneBrowser";
import { keepCanvasWords } from "./shownWords";

const NONCE = "panel-test";
const pageOf = (name: string, words: string): string =>
  `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><meta property="csp-nonce" content="${NONCE}"><title>Panel</title><link rel="stylesheet" href="/${name}.css"><link rel="stylesheet" href="/font.css"></head><body><div id="app"${words}></div><script nonce="${NONCE}" src="/${name}.js"></script></body></html>`;
/** By path: the panel, and the pages of sweeps, comparisons and the table of runs. */
const PAGES: Readonly<Record<string, string>> = {
  "/": "main",
  "/sweep": "sweep",
  "/compare": "compare",
  "/runsTable": "runsTable",
};

/** One font, so that the page is laid out alike on every machine. */
const FONT_FILES = join(ROOT, "node_modules", "@fontsource", "dejavu-sans", "files");
const FONT = `${[400, 700].map((weight) => `@font-face { font-family: "Test Sans"; font-weight: ${weight}; src: url("/dejavu-sans-latin-${weight}-normal.woff2"); }`).join("\n")}
:root { --vscode-font-family: "Test Sans", sans-serif !important; }`;

export interface Options {
  readonly scenario?: string;
  readonly theme?: ThemeName;
  readonly layout?: "wide" | "compact";
  /** No animation frames, as in a webview behind another tab. */
  readonly hidden?: boolean;
  /** Nothing moves: what runs stays at its iteration. */
  readonly frozen?: boolean;
  /** In the language of test/accents.ts. */
  readonly accents?: boolean;
  readonly size?: { readonly width: number; readonly height: number };
}

/** The states of the panel that look different, for the tests that go over all of them. */
export const STATES: readonly Options[] = [
  ...[
    "none",
    "idle",
    "restored",
    "untrusted",
    "starting",
    "running",
    "paused",
    "done",
    "diverged",
    "failed",
    "changed",
    "gru",
  ].map((scenario) => ({ scenario, layout: "wide" as const })),
  ...["idle", "running", "diverged"].map((scenario) => ({ scenario, layout: "compact" as const })),
];

/** Pages of their own kind: path, query, and what is there once they are drawn. */
export const OTHER_PAGES = [
  ["sweep", "sweep=seeds", "canvas"],
  ["sweep", "sweep=grid", "canvas"],
  ["sweep", "sweep=random", "canvas"],
  ["sweep", "sweep=seeds&phase=idle", "vscode-button, button"],
  ["compare", "", "canvas"],
  ["runsTable", "runs=300", ".grid-row"],
  ["runsTable", `runs=300&state=${encodeURIComponent('{"group":"config","chart":true}')}`, "canvas"],
] as const;

/** One for all test files, so that the browser compiles the scripts once. */
let context: BrowserContext | null = null;
let address = "";
interface OpenedPage {
  readonly page: Page;
  /** Errors and warnings since the page was opened for a test. */
  readonly problems: string[];
  /** False where a test has put something into the page that would stay in it. */
  readonly reusable: boolean;
}
const opened: OpenedPage[] = [];
/** Pages that tests are done with. The next test has one of them: what the browser has compiled stays compiled. */
const spares: OpenedPage[] = [];
/** Without a script, on the address of the others: where a page waits for the next test. */
const WAITING = "/waiting";

/** For each test file that opens the panel. Problems of a page (errors, warnings) fail the test that opened it. */
export function servePanel(): void {
  beforeAll(async () => {
    if (context !== null) return;
    const server = createServer(respond);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    context = await (await startBrowser()).newContext();
  });

  afterEach(async () => {
    const problems = opened.flatMap((entry) => entry.problems);
    await Promise.all(opened.splice(0).map(putBack));
    expect(problems).toEqual([]);
  });
}

function respond(request: IncomingMessage, response: ServerResponse): void {
  const { pathname: name, searchParams } = new URL(request.url ?? "/", "http://page");
  const bundle = PAGES[name];
  if (bundle !== undefined) {
    response.setHeader("content-type", "text/html; charset=utf-8");
    response.setHeader(
      "content-security-policy",
      `default-src 'none'; script-src 'nonce-${NONCE}'; style-src ${address} 'nonce-${NONCE}'; font-src ${address}; img-src ${address}`,
    );
    response.end(
      pageOf(
        bundle,
        searchParams.has("accents")
          ? ` data-bundle="${JSON.stringify(accentBundle()).replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;")}"`
          : "",
      ),
    );
  } else if (/^\/(main|sweep|compare|runsTable)\.(js|css)$/.test(name)) {
    sendFile(response, join(DIST, "fake", name), name.endsWith(".js") ? "text/javascript" : "text/css");
  } else if (name === WAITING) {
    response.setHeader("content-type", "text/html; charset=utf-8");
    response.end("<!DOCTYPE html><title>Waiting</title>");
  } else if (name === "/font.css") {
    response.setHeader("content-type", "text/css");
    response.end(FONT);
  } else if (name.endsWith(".woff2")) sendFile(response, join(FONT_FILES, basename(name)), "font/woff2");
  else response.writeHead(204).end();
}

function sendFile(response: ServerResponse, file: string, type: string): void {
  response.setHeader("content-type", type);
  response.setHeader("cache-control", "max-age=3600");
  readFile(file).then(
    (bytes) => response.end(bytes),
    () => response.writeHead(404).end(),
  );
}

/** Leaves nothing of the test in the page: no key or button held, no pointer over it, no emulation, no saved state. */
async function putBack(entry: OpenedPage): Promise<void> {
  const { page, problems, reusable } = entry;
  if (!reusable) return page.close();
  for (const key of ["Control", "Shift", "Alt"]) await page.keyboard.up(key);
  await page.mouse.up();
  await page.mouse.move(-10, -10);
  await page.emulateMedia({ reducedMotion: null, forcedColors: null });
  await page.goto(`${address}${WAITING}`);
  await page.evaluate(() => sessionStorage.clear());
  problems.length = 0;
  spares.push(entry);
}

export async function open({
  scenario = "done",
  theme = "dark",
  layout = "wide",
  hidden = false,
  frozen = false,
  accents = false,
  size,
}: Options = {}): Promise<Page> {
  const page = await newPage(
    size ?? (layout === "compact" ? { width: 300, height: 900 } : { width: 1100, height: 1300 }),
    { reusable: !hidden },
  );
  if (hidden) {
    await page.addInitScript(() => {
      Object.defineProperty(document, "hidden", { get: () => true });
      window.requestAnimationFrame = () => 0;
    });
  }
  await page.goto(
    `${address}/?scenario=${scenario}&theme=${theme}&layout=${layout}${frozen ? "&frozen" : ""}${accents ? "&accents" : ""}`,
  );
  await page.waitForFunction(() => window.fakeHost.received.some((message) => message.type === "acknowledge"));
  return page;
}

/** The panel without a host: the test speaks for it. */
export async function openSilent(size = { width: 1100, height: 1300 }): Promise<Page> {
  const page = await newPage(size);
  await page.goto(`${address}/?scenario=silent&theme=dark&layout=wide`);
  return page;
}

/** A page of its own kind, when it shows `selector`. */
export async function openOther(
  path: "sweep" | "compare" | "runsTable",
  query: string,
  selector: string,
  size = { width: 1100, height: 1300 },
): Promise<Page> {
  const page = await newPage(size);
  await page.goto(`${address}/${path}?${query}`);
  await page.locator(selector).first().waitFor();
  return page;
}

async function newPage(
  viewport: { readonly width: number; readonly height: number },
  { reusable = true } = {},
): Promise<Page> {
  const entry = (reusable ? spares.pop() : undefined) ?? (await createPage(reusable));
  opened.push(entry);
  // One that is behind another draws once a second.
  await entry.page.bringToFront();
  await entry.page.setViewportSize(viewport);
  return entry.page;
}

async function createPage(reusable: boolean): Promise<OpenedPage> {
  if (context === null) throw new Error("servePanel() was not called.");
  const page = await context.newPage();
  await keepCanvasWords(page);
  const problems: string[] = [];
  page.on("pageerror", (error) => problems.push(`error: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") problems.push(`console: ${message.text()}`);
  });
  return { page, problems, reusable };
}

/** The page draws when it comes to it; how long that takes on a busy machine is not what is tested. */
export function eventually<T>(look: () => Promise<T>, message = ""): ReturnType<typeof expect.poll<T>> {
  return expect.poll(look, { message });
}

/** Presses a key so often that nothing is drawn in between, as on a slow machine. */
export async function pressAtOnce(target: Locator, key: string, times: number): Promise<void> {
  await target.evaluate(
    (node, [pressed, count]) => {
      for (let i = 0; i < count; i++)
        node.dispatchEvent(new KeyboardEvent("keydown", { key: pressed, bubbles: true, cancelable: true }));
    },
    [key, times] as const,
  );
}

export function received(page: Page): Promise<WebviewMessage[]> {
  return page.evaluate(() => [...window.fakeHost.received]);
}

export async function acknowledged(page: Page): Promise<number[]> {
  return (await received(page)).flatMap((message) => (message.type === "acknowledge" ? [message.sequence] : []));
}

/** Opens the menu of what the toolbar has no room for, if it is closed. */
export async function openMore(page: Page, label = "More Controls"): Promise<void> {
  const more = page.getByRole("button", { name: label, exact: true });
  if ((await more.getAttribute("aria-expanded")) === "false") await more.click();
}

/** Folds, unfolds or puts back all sections. */
export async function arrangeAll(page: Page, name: "Fold All" | "Unfold All" | "Reset Layout"): Promise<void> {
  await openMore(page);
  await page.getByRole("button", { name, exact: true }).click();
  await page.keyboard.press("Escape");
}

export const card = (page: Page, id: string): Locator => page.locator(`.card-${id}`);

/** Sections draw when they are seen, and some come folded. */
export async function see(page: Page, id: string): Promise<Locator> {
  const title = card(page, id).locator(".section-title");
  await title.scrollIntoViewIfNeeded();
  if ((await title.getAttribute("aria-expanded")) === "false") await title.click();
  return card(page, id);
}

export function canvas(page: Page, chart: string): Locator {
  return page.locator(`.card-${chart} > .section-body .plot canvas, .card-${chart} > .plot canvas`).first();
}

/** Distinct colors of a canvas, and its whole content. */
export async function pixelsOf(page: Page, chart: string): Promise<{ colors: number; content: string }> {
  // What is far below is drawn when it comes near.
  await canvas(page, chart).scrollIntoViewIfNeeded();
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve))));
  return canvas(page, chart).evaluate((node) => {
    const source = node as HTMLCanvasElement;
    const copy = Object.assign(document.createElement("canvas"), { width: source.width, height: source.height });
    const context = copy.getContext("2d", { willReadFrequently: true })!;
    context.drawImage(source, 0, 0);
    const data = new Uint32Array(context.getImageData(0, 0, copy.width, copy.height).data.buffer);
    return { colors: new Set(data).size, content: source.toDataURL() };
  });
}

/** As it is, without coming near. */
export function pictureOf(page: Page, chart: string): Promise<string> {
  return canvas(page, chart).evaluate((node) => (node as HTMLCanvasElement).toDataURL());
}

export const pixels = async (page: Page, chart: string): Promise<string> => (await pixelsOf(page, chart)).content;

/** Longer than the panel pauses between two draws of what the reader does (see webview/ui/drawScheduler.ts). */
const REST_MS = 300;

/**
 * The content of a canvas once nothing is drawn anymore: for a picture that must stay as it is. What is written beside
 * a chart may be there before it is drawn, and the columns of a page grow to one height.
 */
export async function pixelsAtRest(page: Page, chart: string): Promise<string> {
  let last = await pixels(page, chart);
  await eventually(async () => {
    await page.waitForTimeout(REST_MS);
    const before = last;
    last = await pixels(page, chart);
    return last === before;
  }).toBe(true);
  return last;
}
