// @ts-check
/**
 * node scripts/walkthrough-pictures.mjs: trains the examples of the walkthrough and draws their loss and the gradient
 * by time step as media/walkthrough/*.svg. The colors are those of the reader's theme.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { generate } from "./generate.mjs";
import { EXAMPLES, ROOT } from "./paths.mjs";

/** The iteration whose gradient is drawn; null: the last one that is finite. */
const STORIES = /** @type {const} */ ([
  { example: "01-it-learns", at: 0, words: "at iteration 0: doubles with each step back" },
  { example: "02-it-explodes", at: 1, words: "at iteration 1, the last finite one" },
  { example: "03-clipping-saves-it", at: 0, words: "at iteration 0: just as large, but clipped" },
  { example: "06-it-vanishes", at: 0, words: "at iteration 0: ×0.3 per step back" },
  { example: "10-adding-with-lstm", at: null, words: "at the end: reaches all 100 steps back" },
]);
const WIDTH = 640;
const HEIGHT = 250;

await generate();
const contents = `export { parseExperiment } from "./src/config/read/parse"; export { createTrainer } from "./src/core/training/trainer"; export { createWasmNetwork } from "./src/kernel/wasmNetwork"; export { TraceBuffer } from "./src/shared/trace/traceBuffer";`;
const bundle = await build({
  stdin: { contents, resolveDir: ROOT, loader: "ts" },
  bundle: true,
  format: "esm",
  platform: "browser",
  write: false,
  logLevel: "error",
});
const { parseExperiment, createTrainer, createWasmNetwork, TraceBuffer } = await import(
  `data:text/javascript;base64,${Buffer.from(bundle.outputFiles[0]?.text ?? "").toString("base64")}`
);

mkdirSync(join(ROOT, "media", "walkthrough"), { recursive: true });
for (const { example, at, words } of STORIES) {
  const { experiment } = parseExperiment(readFileSync(join(EXAMPLES, `${example}.rnn.json`), "utf8"));
  const trainer = createTrainer(experiment, { float32: createWasmNetwork });
  const trace = new TraceBuffer(trainer.columns, 4096);
  while (trainer.step(trace) === "running");
  /** @type {number[]} */
  const iterations = [...trace.column("iteration")];
  /** @type {number[]} */
  const loss = [...trace.column("loss")];
  const steps = trainer.dataset.timeSteps + 1;
  const row = at ?? loss.length - 1;
  /** @type {number[]} */
  const gradient = [...trace.column("stateGradNorm.l0").subarray(row * steps, (row + 1) * steps)];
  const svg = draw([
    { title: "Loss", axis: "iteration", x: iterations, y: loss },
    { title: "Gradient by time step", axis: `time step, ${words}`, x: gradient.map((_, t) => t), y: gradient },
  ]);
  writeFileSync(join(ROOT, "media", "walkthrough", `${example}.svg`), svg);
  console.log(`${example}: ${loss.length} rows, loss ${loss[0]} to ${loss.at(-1)}, ${svg.length} bytes`);
}

/** @typedef {{ title: string, axis: string, x: number[], y: number[] }} Chart */

/** @param {Chart[]} charts */
function draw(charts) {
  const gap = 24;
  const width = (WIDTH - gap) / charts.length;
  const parts = charts.map(
    (chart, i) =>
      `<g transform="translate(${Math.round(i * (width + gap))} 0)">${drawChart(chart, Math.floor(width))}</g>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="var(--vscode-font-family, sans-serif)" font-size="11">\n${parts.join("\n")}\n</svg>\n`;
}

/**
 * A curve on a logarithmic axis with whole decades. The first non-finite value is marked.
 * @param {Chart} chart
 * @param {number} width
 */
function drawChart({ title, axis, x, y }, width) {
  const area = { left: 44, right: width - 10, top: 34, bottom: HEIGHT - 44 };
  const drawable = y.filter((value) => Number.isFinite(value) && value > 0);
  const low = Math.floor(Math.log10(Math.min(...drawable)));
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...drawable))));
  const [from = 0, to = 1] = [x[0], x.at(-1)];
  const toX = (/** @type {number} */ value) =>
    area.left + ((value - from) / Math.max(to - from, 1)) * (area.right - area.left);
  const toY = (/** @type {number} */ value) =>
    area.bottom - ((Math.log10(value) - low) / (high - low)) * (area.bottom - area.top);
  const points = thin(
    x.map((at, i) => ({ at, value: y[i] ?? NaN })).filter(({ value }) => Number.isFinite(value) && value > 0),
    160,
  );
  const line = points.map(({ at, value }) => `${toX(at).toFixed(1)},${toY(value).toFixed(1)}`).join(" ");
  const stride = Math.max(1, Math.ceil((high - low) / 5));
  const decades = Array.from({ length: Math.floor((high - low) / stride) + 1 }, (_, k) => low + k * stride);
  const broken = y.findIndex((value) => !Number.isFinite(value));
  return [
    `<text x="0" y="14" font-size="13" font-weight="600" fill="var(--vscode-foreground)">${title}</text>`,
    ...decades.map(
      (k) =>
        `<path d="M${area.left} ${toY(10 ** k).toFixed(1)}H${area.right}" stroke="var(--vscode-foreground)" stroke-opacity=".15"/><text x="${area.left - 6}" y="${(toY(10 ** k) + 4).toFixed(1)}" text-anchor="end" fill="var(--vscode-descriptionForeground)">10<tspan dy="-4" font-size="8">${k}</tspan></text>`,
    ),
    `<polyline points="${line}" fill="none" stroke="var(--vscode-charts-blue)" stroke-width="2" stroke-linejoin="round"/>`,
    ...(broken < 0
      ? []
      : [
          `<path d="M${toX(x[broken] ?? 0).toFixed(1)} ${area.top}V${area.bottom}" stroke="var(--vscode-errorForeground)" stroke-dasharray="3 3"/><text x="${(toX(x[broken] ?? 0) - 5).toFixed(1)}" y="${area.top + 10}" text-anchor="end" fill="var(--vscode-errorForeground)">${Number.isNaN(y[broken]) ? "NaN" : "∞"} at ${x[broken]}</text>`,
        ]),
    ...[from, to].map(
      (value, i) =>
        `<text x="${i === 0 ? area.left : area.right}" y="${area.bottom + 16}" text-anchor="${i === 0 ? "start" : "end"}" fill="var(--vscode-descriptionForeground)">${value}</text>`,
    ),
    `<text x="${area.left}" y="${area.bottom + 33}" fill="var(--vscode-descriptionForeground)">${axis}</text>`,
  ].join("\n");
}

/**
 * Keeps the smallest and the largest point of each bucket, so that spikes stay.
 * @param {{ at: number, value: number }[]} points
 * @param {number} buckets
 */
function thin(points, buckets) {
  if (points.length <= 2 * buckets) return points;
  const size = points.length / buckets;
  return Array.from({ length: buckets }, (_, b) =>
    points.slice(Math.floor(b * size), Math.floor((b + 1) * size)),
  ).flatMap((bucket) => {
    const sorted = [...bucket].sort((a, b) => a.value - b.value);
    return [sorted[0], sorted.at(-1)].filter((point) => point !== undefined).sort((a, b) => a.at - b.at);
  });
}
