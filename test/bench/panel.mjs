// @ts-check
/**
 * npm run bench:panel -- [--rounds 3] [--seconds 10] [--minutes 5] [--size 1400x900] [--threads 1|2|auto]
 *                        [--experiment FILE] [--smoke] [--json FILE]
 *
 * Trains a small tanh network at full speed in a real VS Code, with the panel and without it in turns, and prints how
 * smoothly the page draws, whether every frame arrived, what the panel costs the training, and how memory grows. All
 * sections of the panel are open. Software rendering: the browser has no GPU. Training takes one thread, so that on two
 * cores one is left for the window. Then it scrolls the table of runs, with 5,000 of them.
 *
 * --smoke: one round of half a second, to see that the bench works. results.mjs says what the JSON holds.
 */
import { readFileSync } from "node:fs";
import { cpus } from "node:os";
import { readCommandLine } from "../../scripts/command-line.mjs";
import { prepare } from "../../scripts/prepare.mjs";

const { values: options } = readCommandLine(import.meta.url, {
  options: {
    rounds: { type: "string" },
    seconds: { type: "string" },
    minutes: { type: "string" },
    size: { type: "string", default: "1400x900" },
    threads: { type: "string", default: "1" },
    experiment: { type: "string" },
    smoke: { type: "boolean", default: false },
    json: { type: "string" },
  },
});
await prepare();
const { build } = await import("../../esbuild.mjs");
const { webviewWith } = await import("../../scripts/window.mjs");
const { runInside } = await import("./insideWindow.mjs");
const { collectedHeap, installMeter, readMeter, slopePerHour, summarise } = await import("./pageMeter.mjs");
const { writeResult } = await import("./results.mjs");

/** Until a run and its page have found their pace. */
const SETTLE_MS = 3000;
/** As many as a folder of runs lists. */
const TABLE_RUNS = 5000;

/** 16 units over 64 time steps: about 10,000 steps a second on one core. */
const EXPERIMENT = JSON.stringify({
  name: "Panel bench",
  seed: 1,
  task: { kind: "adding", sequences: 400, length: 64 },
  model: { cell: "rnn", hiddenSize: 16 },
  training: {
    optimizer: { kind: "adam", learningRate: 0.001 },
    iterations: 10_000_000,
    batchSize: 32,
    clip: { norm: 1 },
  },
  trace: { every: 1 },
});

const { smoke } = options;
const rounds = Number(options.rounds ?? (smoke ? 1 : 3));
const seconds = Number(options.seconds ?? (smoke ? 0.5 : 10));
const memoryMinutes = Number(options.minutes ?? (smoke ? 0 : 5));
const [width, height] = options.size.split("x").map(Number);
if (
  !(Number.isInteger(rounds) && rounds >= 1) ||
  ![seconds, memoryMinutes, width, height].every((value) => value !== undefined && Number.isFinite(value) && value >= 0)
) {
  console.error("--rounds takes a whole number from 1, --seconds and --minutes take numbers, --size WIDTHxHEIGHT");
  process.exit(2);
}

await build({ production: false });
const experiment = options.experiment === undefined ? EXPERIMENT : readFileSync(options.experiment, "utf8");

/** @type {import("./pageMeter.mjs").PageFigures[]} */
const pages = [];
/** @type {Record<string, number>[]} */
const withPanel = [];
/** @type {number[]} */
const without = [];
/** @type {{ at: number, bytes: number }[]} */
const hostMemory = [];
/** @type {Record<string, number>} */
let table = {};
/** @type {import("./pageMeter.mjs").PageFigures[]} */
const scrolled = [];
/** @type {{ at: number, bytes: number }[]} */
const pageMemory = [];

await runInside(
  "panel",
  { experiment, rounds, seconds, memoryMinutes, settleMs: smoke ? 0 : SETTLE_MS, tableRuns: smoke ? 300 : TABLE_RUNS },
  async (event, page) => {
    const panel = () => webviewWith(page, ".lab-wide");
    switch (event["type"]) {
      case "panel-open": {
        if (event["round"] === 0) await page.keyboard.press("ControlOrMeta+b");
        // Folded sections are opened: all views draw.
        const folded = (await panel()).locator(".card [aria-expanded=false]");
        for (let left = await folded.count(); left > 0; left--) await folded.first().click();
        return;
      }
      case "measure-page":
        return installMeter(await panel());
      case "page-measured":
        pages.push(await readMeter(await panel()));
        return;
      case "with-panel":
        withPanel.push(/** @type {Record<string, number>} */ (event));
        return;
      case "without-panel":
        without.push(Number(event["stepsPerSecond"]));
        return;
      case "table-open":
        table = /** @type {Record<string, number>} */ (event);
        return;
      case "measure-table": {
        const frame = await webviewWith(page, ".lab-runs-table .grid-row");
        await installMeter(frame);
        table["rowsInPage"] = await scrollTable(frame, seconds * 1000);
        scrolled.push(await readMeter(frame));
        return;
      }
      case "host-memory":
        // Node's `external` has more than the arrays, up to 20 MB that come and go from one look to the next.
        hostMemory.push({ at: Number(event["at"]), bytes: Number(event["heapUsed"]) + Number(event["arrayBuffers"]) });
        pageMemory.push({ at: Number(event["at"]), bytes: await collectedHeap(page) });
    }
  },
  {
    size: { width: Number(width), height: Number(height) },
    settings: { "rnnLab.threads": options.threads, "rnnLab.runs.keep": TABLE_RUNS },
  },
);

const figures = summarise(pages);
const scrolling = summarise(scrolled);
const median = (/** @type {number[]} */ values) => [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;
const speedWith = withPanel.map(({ stepsPerSecond = NaN }) => stepsPerSecond);
const result = {
  frameP95Ms: figures.frameP95Ms,
  longestTaskMs: figures.longestTaskMs,
  maxInFlight: Math.max(...withPanel.map(({ maxInFlight = NaN }) => maxInFlight)),
  messagesLost: withPanel.reduce(
    (sum, { framesLost = NaN, snapshotsAsked = NaN }) => sum + framesLost + snapshotsAsked,
    0,
  ),
  speedRatio: median(speedWith.map((speed, round) => speed / (without[round] ?? NaN))),
  tableFrameP95Ms: scrolling.frameP95Ms,
  tableRowsInPage: table["rowsInPage"] ?? NaN,
  tableListedMs: table["listedMs"] ?? NaN,
  tableSentMs: table["sentMs"] ?? NaN,
  tableHostDelayMaxMs: table["hostDelayMaxMs"] ?? NaN,
  memorySlopeMbPerHour: memoryMinutes === 0 ? null : slopePerHour(hostMemory) + slopePerHour(pageMemory),
};
console.log(
  `${cpus()[0]?.model}, ${cpus().length} threads, Node ${process.version}, window ${options.size}, ${rounds} rounds of ${seconds} s`,
);
console.log(
  `training     ${median(speedWith).toFixed(0)} steps/s with the panel, ${median(without).toFixed(0)} without: ratio ${result.speedRatio.toFixed(3)} (${speedWith.map((speed, round) => (speed / (without[round] ?? NaN)).toFixed(3)).join(", ")})`,
);
console.log(
  `page         ${figures.framesPerSecond.toFixed(1)} frames/s; frame interval p50 ${figures.frameP50Ms.toFixed(1)}, p95 ${figures.frameP95Ms.toFixed(1)}, max ${figures.frameMaxMs.toFixed(1)} ms; longest task ${figures.longestTaskMs.toFixed(0)} ms`,
);
console.log(
  `messages     ${withPanel.reduce((sum, { framesSent = 0 }) => sum + framesSent, 0)} frames sent, ${result.messagesLost} lost, at most ${result.maxInFlight} in flight`,
);
console.log(
  `runs table   scrolling: frame interval p50 ${scrolling.frameP50Ms.toFixed(1)}, p95 ${scrolling.frameP95Ms.toFixed(1)}, max ${scrolling.frameMaxMs.toFixed(1)} ms; at most ${result.tableRowsInPage} rows in the page; listed after ${result.tableListedMs.toFixed(0)} ms, in the page after ${result.tableSentMs.toFixed(0)} ms, the host's event loop late by at most ${result.tableHostDelayMaxMs.toFixed(0)} ms`,
);
if (result.memorySlopeMbPerHour !== null)
  console.log(
    `memory       host ${slopePerHour(hostMemory).toFixed(2)}, page ${slopePerHour(pageMemory).toFixed(2)} MB an hour over ${memoryMinutes} min (${hostMemory.length} samples after collection)`,
  );
writeResult("panel", result, options.json);

/**
 * Three rows a frame, back and forth, so that each frame has rows that the one before had not.
 * @param {import("playwright-core").Frame} frame
 * @param {number} milliseconds
 * @returns {Promise<number>} most rows that were in the page
 */
function scrollTable(frame, milliseconds) {
  return frame.evaluate(async (duration) => {
    const grid = document.querySelector(".data-grid");
    if (grid === null) throw new Error("The page has no table of runs.");
    const end = performance.now() + duration;
    let most = 0;
    let step = 66;
    while (performance.now() < end) {
      const before = grid.scrollTop;
      grid.scrollTop += step;
      if (grid.scrollTop === before) step = -step;
      await new Promise((done) => requestAnimationFrame(done));
      most = Math.max(most, document.querySelectorAll(".grid-row").length);
    }
    return most;
  }, milliseconds);
}
