// @ts-check
/**
 * npm run pictures:walkthrough: trains the examples of the walkthrough and draws their loss and the gradient by time
 * step as media/walkthrough/*.svg, for light and for dark themes. VS Code shows them only where the editor is wider
 * than 950 pixels, at the right in a column that is half as wide; on a laptop of 1280 that is 520 pixels.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { readCommandLine } from "./command-line.mjs";
import { generate } from "./generate.mjs";
import { EXAMPLES, ROOT } from "./paths.mjs";

/** The iteration whose gradient is drawn; null: the last one that is finite. */
const STORIES = /** @type {const} */ ([
  { example: "01-it-learns", at: 0, words: "time step; ×2 per step back" },
  { example: "02-it-explodes", at: 1, words: "time step, at iteration 1" },
  { example: "03-clipping-saves-it", at: 0, words: "time step; as large, but clipped" },
  { example: "06-it-vanishes", at: 0, words: "time step, at iteration 0" },
  { example: "10-adding-with-lstm", at: null, words: "time step, at the end of training" },
]);
/** As wide as that column, so that the letters have their size. */
const WIDTH = 500;
/** Of a chart; they are one above the other. */
const HEIGHT = 184;
/** Of VS Code's default themes; the backgrounds are those of their editors, and so none is drawn. */
const COLORS = /** @type {const} */ ({
  light: { text: "#3b3b3b", muted: "#606060", line: "#0b62c4", error: "#c3221b" },
  dark: { text: "#e0e0e0", muted: "#b4b4b4", line: "#4daafc", error: "#f88070" },
});
/** @typedef {{ text: string, muted: string, line: string, error: string }} Colors */

readCommandLine(import.meta.url);
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
  const trainer = createTrainer(experiment, { kernel: createWasmNetwork });
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
  const charts = [
    { title: "Loss", axis: "iteration", x: iterations, y: loss },
    { title: "Gradient by time step", axis: words, x: gradient.map((_, t) => t), y: gradient },
  ];
  for (const [theme, colors] of Object.entries(COLORS))
    writeFileSync(join(ROOT, "media", "walkthrough", `${example}-${theme}.svg`), draw(charts, colors));
  console.log(`${example}: ${loss.length} rows, loss ${loss[0]} to ${loss.at(-1)}`);
}

/** @typedef {{ title: string, axis: string, x: number[], y: number[] }} Chart */

/** @param {Chart[]} charts @param {Colors} colors */
function draw(charts, colors) {
  const gap = 12;
  const parts = charts.map(
    (chart, i) => `<g transform="translate(0 ${i * (HEIGHT + gap)})">${drawChart(chart, WIDTH, colors)}</g>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${charts.length * (HEIGHT + gap) - gap}" font-family="system-ui, sans-serif" font-size="11">\n${parts.join("\n")}\n</svg>\n`;
}

/**
 * A curve on a logarithmic axis with whole decades. The first non-finite value is marked.
 * @param {Chart} chart
 * @param {number} width
 * @param {Colors} colors
 */
function drawChart({ title, axis, x, y }, width, { text, muted, line: lineColor, error }) {
  const area = { left: 36, right: width - 8, top: 28, bottom: HEIGHT - 36 };
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
    `<text x="0" y="14" font-size="13" font-weight="600" fill="${text}">${title}</text>`,
    ...decades.map(
      (k) =>
        `<path d="M${area.left} ${toY(10 ** k).toFixed(1)}H${area.right}" stroke="${text}" stroke-opacity=".15"/><text x="${area.left - 6}" y="${(toY(10 ** k) + 4).toFixed(1)}" text-anchor="end" fill="${muted}">10<tspan dy="-4" font-size="8">${k < 0 ? `−${-k}` : k}</tspan></text>`,
    ),
    `<polyline points="${line}" fill="none" stroke="${lineColor}" stroke-width="2" stroke-linejoin="round"/>`,
    ...(broken < 0
      ? []
      : [
          `<path d="M${toX(x[broken] ?? 0).toFixed(1)} ${area.top}V${area.bottom}" stroke="${error}" stroke-dasharray="3 3"/><text x="${(toX(x[broken] ?? 0) - 5).toFixed(1)}" y="${area.top + 10}" text-anchor="end" fill="${error}">${Number.isNaN(y[broken]) ? "NaN" : "∞"} at ${x[broken]}</text>`,
        ]),
    ...[from, to].map(
      (value, i) =>
        `<text x="${i === 0 ? area.left : area.right}" y="${area.bottom + 15}" text-anchor="${i === 0 ? "start" : "end"}" fill="${muted}">${value}</text>`,
    ),
    `<text x="${area.left}" y="${area.bottom + 31}" fill="${muted}">${axis}</text>`,
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
