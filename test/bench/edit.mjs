// @ts-check
/**
 * npm run bench:edit -- [--edits 100] [--size 1400x900] [--smoke] [--json FILE]
 *
 * How long it takes from a keystroke in the file to the first curve of its run on the screen, in a real VS Code: from
 * VS Code's word of the edit to the page's word, in the extension host again, that it has drawn rows of the new run.
 * For the tutorial's experiment and an LSTM of 32 units, with the debounce of the settings and without it. Software
 * rendering: the browser has no GPU.
 *
 * --smoke: one edit each, to see that the bench works. results.mjs says what the JSON holds.
 */
import { cpus } from "node:os";
import { readCommandLine } from "../../scripts/command-line.mjs";
import { prepare } from "../../scripts/prepare.mjs";

const { values: options } = readCommandLine(import.meta.url, {
  options: {
    edits: { type: "string" },
    size: { type: "string", default: "1400x900" },
    smoke: { type: "boolean", default: false },
    json: { type: "string" },
  },
});
await prepare();
const { build } = await import("../../esbuild.mjs");
const { runInside } = await import("./insideWindow.mjs");
const { writeResult } = await import("./results.mjs");

const edits = Number(options.edits ?? (options.smoke ? 1 : 100));
const [width, height] = options.size.split("x").map(Number);
if (!Number.isInteger(edits) || edits < 1 || !width || !height) {
  console.error("--edits takes a whole number, --size WIDTHxHEIGHT");
  process.exit(2);
}

/** Until the code of host and page is compiled. */
const WARM_UP_EDITS = 5;
const EXPERIMENTS = {
  linear: `{
  "name": "Count the ones",
  "seed": 1,
  "task": { "kind": "count-ones", "sequences": 20, "length": 10 },
  "model": { "cell": "linear", "init": { "weight_ih_l0": -1.5, "weight_hh_l0": 2 } },
  "training": { "optimizer": { "kind": "rprop" }, "iterations": 500 }
}
`,
  lstm32: `{
  "name": "Adding with an LSTM",
  "seed": 1,
  "task": { "kind": "adding", "sequences": 400, "length": 50 },
  "model": { "cell": "lstm", "hiddenSize": 32 },
  "training": { "optimizer": { "kind": "adam", "learningRate": 0.01 }, "iterations": 2000, "batchSize": 32, "clip": { "norm": 1 } }
}
`,
};

await build({ production: false });
/** @type {Map<string, Record<string, number>[]>} */
const measured = new Map();
await runInside(
  "edit",
  { experiments: EXPERIMENTS, edits, warmUpEdits: options.smoke ? 0 : WARM_UP_EDITS },
  (event) => {
    if (event["type"] !== "edit") return;
    const key = `${event["name"]} ${event["mode"]}`;
    measured.set(key, [...(measured.get(key) ?? []), /** @type {Record<string, number>} */ (event)]);
  },
  { size: { width, height } },
);

/** @param {readonly number[]} values @param {number} part */
const quantile = (values, part) =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.ceil(part * values.length) - 1)] ?? NaN;

/** @type {Record<string, Record<string, { p50Ms: number, p95Ms: number }>>} */
const result = {};
console.log(
  `${cpus()[0]?.model}, ${cpus().length} threads, Node ${process.version}, window ${options.size}, ${edits} edits each; milliseconds from the edit`,
);
for (const [key, times] of measured) {
  const [name = "", mode = ""] = key.split(" ");
  const of = (/** @type {string} */ stage) => times.map((time) => time[stage] ?? NaN);
  const figures = { p50Ms: quantile(of("drawn"), 0.5), p95Ms: quantile(of("drawn"), 0.95) };
  (result[name] ??= {})[mode] = figures;
  const stages = ["asked", "started", "rows"]
    .map((stage) => `${stage} ${quantile(of(stage), 0.5).toFixed(0)}`)
    .join(", ");
  console.log(
    `${key.padEnd(18)} curve drawn p50 ${figures.p50Ms.toFixed(0).padStart(4)}, p95 ${figures.p95Ms.toFixed(0).padStart(4)}, max ${Math.max(
      ...of("drawn"),
    )
      .toFixed(0)
      .padStart(4)}   on the way (p50): ${stages}`,
  );
}
writeResult("edit", result, options.json);
