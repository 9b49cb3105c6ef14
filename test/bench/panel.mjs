// @ts-check
/**
 * npm run bench:panel -- [--rounds 3] [--seconds 10] [--minutes 5] [--size 1400x900] [--threads 1|2|auto]
 *                        [--experiment FILE] [--smoke] [--json FILE]
 *
 * Trains a small tanh network at full speed in a real VS Code, with the panel and without it in turns, and prints how
 * smoothly the page draws, whether every frame arrived, what the panel costs the training, and how memory grows. All
 * sections of the panel are open. Software rendering: the browser has no GPU. Training takes one thread, so that on two
 * cores one is left for the window.
 *
 * --smoke: one round of half a second, to see that the bench works. results.mjs says what the JSON holds.
 */
import { readFileSync } from "node:fs";
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { prepare } from "../../scripts/prepare.mjs";

await prepare();
const { build } = await import("../../esbuild.mjs");
const { webviewWith } = await import("../../scripts/window.mjs");
const { runInside } = await import("./insideWindow.mjs");
const { collectedHeap, installMeter, readMeter, slopePerHour, summarise } = await import("./pageMeter.mjs");
const { writeResult } = await import("./results.mjs");

/** Until a run and its page have found their pace. */
const SETTLE_MS = 3000;

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
/** @type {{ at: number, bytes: number }[]} */
const pageMemory = [];

await runInside(
  "panel",
  { experiment, rounds, seconds, memoryMinutes, settleMs: smoke ? 0 : SETTLE_MS },
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
writeResult("panel", result, options.json);
