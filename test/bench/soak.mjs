// @ts-check
/**
 * npm run soak -- [--minutes 30] [--smoke] [--json FILE]
 *
 * Trains without end in a real VS Code while the panel is shown, hidden, closed and opened again and the file is
 * edited, and prints what became of the memory of host, training thread and page, of the host's event loop, and of the
 * frames.
 *
 * --smoke: some seconds, to see that the bench works. results.mjs says what the JSON holds.
 */
import { cpus } from "node:os";
import { readCommandLine } from "../../scripts/command-line.mjs";
import { prepare } from "../../scripts/prepare.mjs";

const { values: options } = readCommandLine(import.meta.url, {
  options: {
    minutes: { type: "string" },
    smoke: { type: "boolean", default: false },
    json: { type: "string" },
  },
});
await prepare();
const { build } = await import("../../esbuild.mjs");
const { runInside } = await import("./insideWindow.mjs");
const { collectedHeap, slopePerHour } = await import("./pageMeter.mjs");
const { writeResult } = await import("./results.mjs");

/** Between two actions. */
const STEP_MS = 2500;
const SMOKE_STEP_MS = 100;

const minutes = Number(options.minutes ?? (options.smoke ? 0.05 : 30));
if (!(minutes > 0)) {
  console.error("--minutes takes a number above 0");
  process.exit(2);
}

const EXPERIMENT = JSON.stringify(
  {
    name: "Soak",
    seed: 1,
    task: { kind: "adding", sequences: 400, length: 32 },
    model: { cell: "lstm", hiddenSize: 16 },
    training: {
      optimizer: { kind: "adam", learningRate: 0.001 },
      iterations: 10_000_000,
      batchSize: 8,
      clip: { norm: 1 },
    },
  },
  null,
  2,
);

/** @type {Record<string, number>[]} */
const samples = [];
await build();
const plan = { experiment: EXPERIMENT, minutes, stepMs: options.smoke ? SMOKE_STEP_MS : STEP_MS };
await runInside("soak", plan, async (event, page) => {
  if (event["type"] !== "sample") return;
  const sample = /** @type {Record<string, number>} */ (event);
  sample["pageHeap"] = await collectedHeap(page);
  samples.push(sample);
  const mb = (/** @type {string} */ name) => ((sample[name] ?? NaN) / 2 ** 20).toFixed(1).padStart(7);
  console.log(
    [
      `${((sample["at"] ?? 0) / 60_000).toFixed(1).padStart(6)} min`,
      `host${mb("hostHeap")} buffers${mb("arrayBuffers")} training${mb("trainingRss")}`,
      `page${mb("pageHeap")} rss${mb("rss")} MB`,
      `event loop p99 ${(sample["delayP99Ms"] ?? NaN).toFixed(1)} ms`,
      `${sample["edits"]} edits, ${sample["hidden"]} times hidden`,
    ].join("  "),
  );
});

const slope = (/** @type {string} */ name) =>
  slopePerHour(samples.map((sample) => ({ at: sample["at"] ?? NaN, bytes: sample[name] ?? NaN })));
const last = samples.at(-1) ?? {};
const result = {
  minutes,
  slopesMbPerHour: {
    host: slope("hostHeap"),
    buffers: slope("arrayBuffers"),
    training: slope("trainingRss"),
    page: slope("pageHeap"),
    rss: slope("rss"),
  },
  eventLoopDelayP99Ms: Math.max(...samples.map(({ delayP99Ms = NaN }) => delayP99Ms)),
  acknowledged: last["acknowledged"],
  snapshotsAsked: last["snapshotsAsked"],
  viewErrors: last["viewErrors"],
  maxInFlight: last["maxInFlight"],
  rounds: last["rounds"],
  edits: last["edits"],
  hidden: last["hidden"],
  panelsOpened: last["panelsOpened"],
  threads: last["threads"],
};
const { slopesMbPerHour: slopes } = result;
console.log(
  `${cpus()[0]?.model}, ${cpus().length} threads, Node ${process.version}, ${minutes} min, ${samples.length} samples after collection; the first quarter is warm-up`,
);
console.log(
  `memory     host ${slopes.host.toFixed(2)}, buffers ${slopes.buffers.toFixed(2)},` +
    ` training processes ${slopes.training.toFixed(2)}, page ${slopes.page.toFixed(2)},` +
    ` rss ${slopes.rss.toFixed(2)} MB an hour`,
);
console.log(
  `host       event-loop delay p99 at most ${result.eventLoopDelayP99Ms.toFixed(1)} ms; ${result.threads} training threads at the end`,
);
console.log(
  `frames     ${result.acknowledged} acknowledged, ${result.snapshotsAsked} snapshots asked for, at most ${result.maxInFlight} in flight, ${result.viewErrors} errors of the page`,
);
console.log(
  `done       ${result.rounds} rounds, ${result.edits} edits, ${result.hidden} times hidden, ${result.panelsOpened} panels`,
);
writeResult("soak", result, options.json);
