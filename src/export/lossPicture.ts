/** The loss by iteration as an SVG file for the report, which GitHub shows on light and dark pages. */
import { linearAxis, logAxis, ticksOf, toUnit, type AxisSpec } from "../shared/scale/axisScale";
import { extentOf, joinExtents, typicalExtent, type Extent } from "../shared/scale/extent";
import { decimateMinMax } from "../shared/trace/decimate";
import { COLUMN, OPTIONAL_COLUMN, type ColumnSpec, type TraceRows } from "../shared/trace/trace";
import { formatCount } from "../shared/words/numberFormat";
import { formatLinearTicks, formatLogTicks } from "../shared/words/tickFormat";

const WIDTH = 800;
const HEIGHT = 360;
const LEFT = 84;
const RIGHT = 780;
const TOP = 56;
const BOTTOM = 312;

const INK = "#444444";
const GRID = "#e4e4e4";
const NON_FINITE = "#c62828";
/** Blue and orange, which are distinguishable with any color vision. */
const LINES = [
  { column: COLUMN.loss, name: "loss", stroke: 'stroke="#1a70c8"' },
  {
    column: OPTIONAL_COLUMN.validationLoss,
    name: "validation loss",
    stroke: 'stroke="#d6780a" stroke-dasharray="6 3"',
  },
];

/** From rows to places in the picture. */
interface Plot {
  readonly x: AxisSpec;
  readonly y: AxisSpec;
  readonly iterations: Float64Array;
  readonly rows: number;
}

/** The same rows give the same text. Of a long run each pixel has its extremes, so that no spike is lost. */
export function lossPicture(columns: readonly ColumnSpec[], { rows, columns: values }: TraceRows): string {
  const columnOf = (name: string) => values[columns.findIndex((column) => column.name === name)];
  const iterations = columnOf(COLUMN.iteration) ?? new Float64Array(rows);
  const lines = LINES.flatMap((line) => {
    const of = columnOf(line.column);
    return of === undefined ? [] : [{ ...line, values: of }];
  });
  const plot: Plot = {
    x: { kind: "linear", min: 0, max: Math.max(1, iterations[rows - 1] ?? 1), whole: true },
    y: lossAxis(
      lines.map((line) => line.values),
      rows,
    ),
    iterations,
    rows,
  };
  const gaps = lines.flatMap((line) => (line.column === COLUMN.loss ? nonFiniteRanges(line.values, plot) : []));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">`,
    "<title>Loss over the iterations</title>",
    `<defs><clipPath id="plot"><rect x="${LEFT}" y="${TOP}" width="${RIGHT - LEFT}" height="${BOTTOM - TOP}"/></clipPath></defs>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>`,
    text(LEFT, 22, "Loss over the iterations", 'font-size="14" font-weight="bold"'),
    ...legend([...lines, ...(gaps.length > 0 ? [{ name: "non-finite", stroke: `stroke="${NON_FINITE}"` }] : [])]),
    ...axes(plot),
    '<g clip-path="url(#plot)" fill="none" stroke-width="2" stroke-linejoin="round" stroke-linecap="round">',
    ...lines.map((line) => `<path d="${linePath(line.values, plot)}" ${line.stroke}/>`),
    "</g>",
    ...gaps.map(({ from, to }) => `<path d="M${from} ${BOTTOM}H${to}" stroke="${NON_FINITE}" stroke-width="5"/>`),
    "</svg>\n",
  ].join("\n");
}

/** Logarithmic, as the panel's is until the reader chooses another, unless no value is positive. */
function lossAxis(lines: readonly Float64Array[], rows: number): AxisSpec {
  const extentBy = (of: (values: Float64Array) => Extent | null) => lines.map(of).reduce(joinExtents, null);
  const whole = extentBy((values) => extentOf(values, 0, rows));
  return whole !== null && whole.max > 0
    ? logAxis(extentBy((values) => typicalExtent(values, 0, rows)))
    : linearAxis(whole);
}

function axes({ x, y }: Plot): string[] {
  const yTicks = ticksOf(y, 6);
  const yLabels = y.kind === "linear" ? formatLinearTicks(yTicks) : formatLogTicks(yTicks);
  return [
    ...yTicks.flatMap((tick, i) => [
      `<path d="M${LEFT} ${down(y, tick)}H${RIGHT}" stroke="${GRID}"/>`,
      text(LEFT - 8, down(y, tick) + 4, yLabels[i] ?? "", 'text-anchor="end"'),
    ]),
    `<path d="M${LEFT} ${BOTTOM}H${RIGHT}" stroke="${INK}"/>`,
    ...ticksOf(x, 8).flatMap((tick) => [
      `<path d="M${across(x, tick)} ${BOTTOM}v5" stroke="${INK}"/>`,
      text(across(x, tick), BOTTOM + 20, formatCount(tick), 'text-anchor="middle"'),
    ]),
    text((LEFT + RIGHT) / 2, HEIGHT - 8, "iteration", 'text-anchor="middle"'),
  ];
}

/** To the right of the title, a swatch before each name. */
function legend(entries: readonly { readonly name: string; readonly stroke: string }[]): string[] {
  let left = LEFT;
  return entries.flatMap(({ name, stroke }) => {
    const at = left;
    // Wide enough for any font that is likely to be there.
    left += 52 + 7 * name.length;
    return [`<path d="M${at} 40h24" ${stroke} stroke-width="2.5"/>`, text(at + 30, 44, name, "")];
  });
}

/**
 * A line that breaks where a value cannot be drawn; a point between two breaks is a dot, which the round ends of the
 * line make.
 */
function linePath(values: Float64Array, { x, y, iterations, rows }: Plot): string {
  let path = "";
  let isDrawing = false;
  for (const row of decimateMinMax(iterations, values, 0, rows, RIGHT - LEFT)) {
    const value = values[row] ?? NaN;
    const isShown = Number.isFinite(value) && (y.kind !== "log" || value > 0);
    if (isShown) {
      const point = `${across(x, iterations[row] ?? 0)} ${down(y, value)}`;
      path += isDrawing ? `L${point}` : `M${point}h0`;
    }
    isDrawing = isShown;
  }
  return path;
}

/** Where the loss is NaN or infinite, from left to right in the picture. */
function nonFiniteRanges(values: Float64Array, { x, iterations, rows }: Plot): { from: number; to: number }[] {
  const ranges: { from: number; to: number }[] = [];
  for (let row = 0; row < rows; row++) {
    if (Number.isFinite(values[row])) continue;
    const start = row;
    while (row + 1 < rows && !Number.isFinite(values[row + 1])) row++;
    const from = across(x, iterations[start] ?? 0);
    const to = Math.max(from + 3, across(x, iterations[row] ?? 0));
    const last = ranges.at(-1);
    // Ranges that touch are one, so that their number is bounded by the pixels.
    if (last !== undefined && from <= last.to + 1) last.to = to;
    else ranges.push({ from, to });
  }
  return ranges;
}

const across = (x: AxisSpec, value: number): number => round(LEFT + toUnit(x, value) * (RIGHT - LEFT));
/** What lies far beyond the axis stays near it: a picture has no use for places that are not in it. */
const down = (y: AxisSpec, value: number): number =>
  round(BOTTOM - Math.min(2, Math.max(-1, toUnit(y, value))) * (BOTTOM - TOP));
const round = (place: number): number => Math.round(place * 10) / 10;

function text(x: number, y: number, content: string, attributes: string): string {
  return `<text x="${x}" y="${y}" fill="${INK}"${attributes === "" ? "" : ` ${attributes}`}>${content}</text>`;
}

const TAG = /<\/?(svg|title|defs|clipPath|g|rect|path|text)((?: [a-zA-Z-]+="[^"<>&]*")*)\/?>/g;
const UNSAFE_ATTRIBUTE = / (on[a-z]*|style|href)=/i;

/** Nothing but what {@link lossPicture} draws with: no scripts, no links, nothing that is loaded. */
export function isLossPicture(content: string): boolean {
  let isSafe = content.startsWith("<svg ");
  const rest = content.replace(TAG, (_tag, _name, attributes: string) => {
    isSafe &&= !UNSAFE_ATTRIBUTE.test(attributes) && !/url\((?!#)/i.test(attributes);
    return "";
  });
  return isSafe && !/[<>&]/.test(rest);
}
