// @ts-check
/**
 * npm run bench:panel -- [--rounds 3] [--seconds 10] [--minutes 5] [--size 1400x900] [--threads 1|2|auto] [--experiment
 * FILE] [--json FILE]
 *
 * Trains a small tanh network at full speed in a real VS Code, with the panel and without it in turns, and prints how
 * smoothly the page draws, whether every frame arrived, what the panel costs the training, and how memory grows. All
 * sections of the panel are open. Software rendering: the browser has no GPU. Training takes one thread, so that on two
 * cores one is left for the window.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { prepare } from "../../scripts/prepare.mjs";

await prepare();
const { build } = await import("../../esbuild.mjs");
const { webviewWith } = await import("../../scripts/window.mjs");
const { runInside } = await import("./insideWindow.mjs");
const { collectedHeap, installMeter, readMeter, slopePerHour, summarise } = await import("./pageMeter.mjs");

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

const { values: options } = parseArgs({
  options: {
    rounds: { type: "string", default: "3" },
    seconds: { type: "string", default: "10" },
    minutes: { type: "string", default: "5" },
    size: { type: "string", default: "1400x900" },
    threads: { type: "string", default: "1" },
    experiment: { type: "string" },
    json: { type: "string" },
  },
});
const [rounds, seconds, memoryMinutes] = [options.rounds, options.seconds, options.minutes].map(Number);
const [width, height] = options.size.split("x").map(Number);
if (
  ![rounds, seconds, memoryMinutes, width, height].every(
    (value) => value !== undefined && Number.isFinite(value) && value >= 0,
  )
) {
  console.error("--rounds, --seconds and --minutes take numbers, --size WIDTHxHEIGHT");
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
/** @type {{ at: number, bytes: number }[]} */
const pageMemory = [];

await runInside(
  "panel",
  { experiment, rounds, seconds, memoryMinutes },
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
      case "host-memory":
        hostMemory.push({ at: Number(event["at"]), bytes: Number(event["heapUsed"]) + Number(event["external"]) });
        pageMemory.push({ at: Number(event["at"]), bytes: await collectedHeap(page) });
    }
  },
  { size: { width: Number(width), height: Number(height) }, settings: { "rnnLab.threads": options.threads } },
);

const figures = summarise(pages);
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
if (result.memorySlopeMbPerHour !== null)
  console.log(
    `memory       host ${slopePerHour(hostMemory).toFixed(2)}, page ${slopePerHour(pageMemory).toFixed(2)} MB an hour over ${memoryMinutes} min (${hostMemory.length} samples after collection)`,
  );
if (options.json !== undefined) writeFileSync(options.json, JSON.stringify(result, null, 2) + "\n");
