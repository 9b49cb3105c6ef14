// @ts-check
/** The curves of growth.mjs as SVG, in colors that light and dark pages both show. */

/**
 * @typedef {object} Point
 * @property {"timeSteps" | "hidden" | "batch" | "layers"} axis
 * @property {number} timeSteps
 * @property {number} hidden
 * @property {number} batch
 * @property {number} layers
 * @property {number} bestMs
 * @property {number | null} peerBestMs
 */

const TITLES = /** @type {const} */ ({
  timeSteps: "time steps (32 units, batch 8)",
  hidden: "hidden units (batch 32, 20 steps)",
  batch: "batch size (64 units, 20 steps)",
  layers: "layers (64 units, batch 32, 20 steps)",
});
const SERIES = /** @type {const} */ ([
  ["RNN Lab", "#3794ff", "bestMs"],
  ["PyTorch", "#d18616", "peerBestMs"],
]);
const GRAY = "#808080";
const [WIDTH, HEIGHT] = [380, 230];
const FRAME = { left: 62, right: 24, top: 30, bottom: 30 };

/** @param {readonly Point[]} points */
export function drawGrowth(points) {
  const charts = /** @type {(keyof typeof TITLES)[]} */ (Object.keys(TITLES)).map((axis, index) => {
    const own = points.filter((point) => point.axis === axis);
    return `<g transform="translate(${(index % 2) * WIDTH} ${Math.floor(index / 2) * HEIGHT})">${chart(axis, own)}</g>`;
  });
  const size = `0 0 ${2 * WIDTH} ${2 * HEIGHT + 24}`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${size}" font-family="sans-serif" font-size="11">
<title>Milliseconds of a training step by time steps, hidden units, batch size and layers</title>
${charts.join("\n")}
<g transform="translate(${FRAME.left} ${2 * HEIGHT + 12})">${SERIES.map(
    ([name, color], i) =>
      `<rect x="${i * 90}" y="-8" width="18" height="3" fill="${color}"/>` +
      `<text x="${i * 90 + 24}" y="-3" fill="${GRAY}">${name}</text>`,
  ).join("")}</g>
</svg>
`;
}

/** @param {keyof typeof TITLES} axis @param {readonly Point[]} points */
function chart(axis, points) {
  const times = points.flatMap(({ bestMs, peerBestMs }) => (peerBestMs === null ? [bestMs] : [bestMs, peerBestMs]));
  const x = scale(
    points.map((point) => point[axis]),
    [FRAME.left, WIDTH - FRAME.right],
  );
  const bottom = HEIGHT - FRAME.bottom;
  const y = scale([...decades(times)], [bottom, FRAME.top]);
  const lines = SERIES.map(([, color, field]) => {
    const shown = points.flatMap((point) => {
      const ms = point[field];
      return ms === null ? [] : [`${x(point[axis]).toFixed(1)},${y(ms).toFixed(1)}`];
    });
    const dots = shown.map(
      (at) => `<circle cx="${at.split(",")[0]}" cy="${at.split(",")[1]}" r="2.5" fill="${color}"/>`,
    );
    return `<polyline points="${shown.join(" ")}" fill="none" stroke="${color}" stroke-width="1.5"/>${dots.join("")}`;
  });
  const across = decades(times).map(
    (ms) =>
      `<line x1="${FRAME.left}" x2="${WIDTH - FRAME.right}" y1="${y(ms)}" y2="${y(ms)}" ` +
      `stroke="${GRAY}" stroke-opacity="0.3"/>` +
      `<text x="${FRAME.left - 6}" y="${y(ms) + 4}" text-anchor="end" fill="${GRAY}">${ms} ms</text>`,
  );
  const below = points.map(
    (point) =>
      `<text x="${x(point[axis])}" y="${bottom + 16}" text-anchor="middle" fill="${GRAY}">${point[axis]}</text>`,
  );
  return [
    `<text x="${FRAME.left}" y="18" fill="${GRAY}" font-weight="bold">${TITLES[axis]}</text>`,
    ...across,
    ...below,
    ...lines,
  ].join("\n");
}

/** Logarithmic. @param {readonly number[]} values @param {readonly [number, number]} range */
function scale(values, [from, to]) {
  const [low, high] = [Math.log(Math.min(...values)), Math.log(Math.max(...values))];
  return (/** @type {number} */ value) => from + ((Math.log(value) - low) / (high - low || 1)) * (to - from);
}

/** Powers of ten around the values. @param {readonly number[]} values */
function decades(values) {
  const first = Math.floor(Math.log10(Math.min(...values)));
  const last = Math.ceil(Math.log10(Math.max(...values)));
  return Array.from({ length: last - first + 1 }, (_, i) => Number((10 ** (first + i)).toPrecision(1)));
}
