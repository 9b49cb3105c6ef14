// @ts-check
/**
 * npm run bench:sweep-page -- [--runs 1000,10000,100000] [--smoke] [--json FILE]
 *
 * What a sweep with so many runs costs. Planning them all. In the extension host: reading the saved results, how long
 * its thread was blocked meanwhile, and what the results take in memory. In the page, in a browser with the page's own
 * script: from its load until all charts and the table are drawn, the longest task of scrolling through the whole
 * table, and its memory. The results are made up (webview/fake/madeSweep.ts).
 *
 * --smoke: a few runs, to see that the bench works. results.mjs says what the JSON holds.
 */
import { readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { launchBrowser } from "../../scripts/browser.mjs";
import { readCommandLine, refuse } from "../../scripts/command-line.mjs";
import { DIST } from "../../scripts/paths.mjs";
import { prepare } from "../../scripts/prepare.mjs";
import { collectedHeap } from "./pageMeter.mjs";

const { values: options } = readCommandLine(import.meta.url, {
  options: {
    runs: { type: "string" },
    smoke: { type: "boolean", default: false },
    json: { type: "string" },
  },
});
const counts = (options.runs ?? (options.smoke ? "300" : "1000,10000,100000")).split(",").map(Number);
if (!counts.every((value) => Number.isInteger(value) && value >= 1))
  refuse("--runs takes whole numbers from 1 with commas between them.");
await prepare();
const { build } = await import("../../esbuild.mjs");
const { bundleForNode } = await import("../../scripts/node-bundle.mjs");
const { writeResult } = await import("./results.mjs");
await build({ production: false });
const bundle = await bundleForNode("bench-sweep-page", { sweepNode: "test/bench/inside/sweepNode.ts" });
/** @type {typeof import("./inside/sweepNode")} */
const { measureHost } = await import(`file://${join(bundle, "sweepNode.js")}`);
setFlagsFromString("--expose-gc");
const collect = /** @type {() => void} */ (runInNewContext("gc"));

const HEAD = `<meta charset="utf-8"><title>Sweep</title><link rel="icon" href="data:,">`;
const BODY = `<div id="app"></div><script src="/sweep.js"></script>`;
const PAGE = `<!DOCTYPE html><html lang="en"><head>${HEAD}<link rel="stylesheet" href="/sweep.css"></head><body>${BODY}</body></html>`;
const server = createServer((request, response) => {
  const { pathname } = new URL(request.url ?? "/", "http://page");
  const file = pathname === "/" ? Promise.resolve(PAGE) : readFile(join(DIST, "fake", pathname));
  response.setHeader("content-type", { ".js": "text/javascript", css: "text/css" }[pathname.slice(-3)] ?? "text/html");
  file.then(
    (content) => response.end(content),
    () => response.writeHead(404).end(),
  );
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
const browser = await launchBrowser();
try {
  console.log(
    `${cpus()[0]?.model}, ${cpus().length} threads, load ${loadavg()[0]?.toFixed(1)}, Node ${process.version}`,
  );
  console.log("     runs  plan ms  file MB  read ms  blocked  host MB  open ms  scroll ms  page MB");
  const rows = [];
  for (const runs of counts) {
    const row = { runs, ...(await measureHost(runs, collect)), ...(await measurePage(runs)) };
    rows.push(row);
    const { planMs, fileMb, readMs, blockedMs, memoryMb, openMs, scrollTaskMs, pageMb } = row;
    const cells = [planMs, fileMb, readMs, blockedMs, memoryMb, openMs, scrollTaskMs, pageMb];
    console.log(`${String(runs).padStart(9)}${cells.map((cell) => cell.toFixed(1).padStart(9)).join("")}`);
  }
  writeResult("sweepPage", { rows }, options.json);
} finally {
  await browser.close();
  server.close();
  await rm(bundle, { recursive: true, force: true });
}

/** @param {number} runs */
async function measurePage(runs) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  await page.addInitScript(() => {
    const look = () => {
      if (document.querySelector(".grid-row") === null) requestAnimationFrame(look);
      else Object.assign(window, { drawnAt: performance.now() });
    };
    requestAnimationFrame(look);
  });
  const address = /** @type {import("node:net").AddressInfo} */ (server.address());
  await page.goto(`http://127.0.0.1:${address.port}/?made=${runs}`);
  await page.waitForFunction(() => "drawnAt" in window);
  // Making the results up is no part of it: the time counts from the page's first message. The table is drawn last.
  const openMs = await page.evaluate(() => {
    const { fakeSweep, drawnAt } = /** @type {any} */ (window);
    return drawnAt - fakeSweep.readyAt;
  });
  const scrollTaskMs = await page.evaluate(scrollThrough);
  const pageMb = (await collectedHeap(page)) / 2 ** 20;
  await page.close();
  return { openMs, scrollTaskMs, pageMb };
}

/** Runs in the page: from the top of the table to its end in 60 frames. @returns the longest task, milliseconds */
async function scrollThrough() {
  const grid = document.querySelector(".data-grid");
  if (grid === null) throw new Error("There is no table.");
  /** @type {number[]} */
  const tasks = [0];
  const observer = new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration)));
  observer.observe({ type: "longtask" });
  for (let frame = 1; frame <= 60; frame++) {
    grid.scrollTop = (grid.scrollHeight * frame) / 60;
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
  await new Promise((resolve) => setTimeout(resolve, 100));
  observer.disconnect();
  return Math.max(...tasks);
}
