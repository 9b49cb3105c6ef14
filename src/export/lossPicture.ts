/** The loss by iteration, as a PNG for the report. */
import { linearAxis, logAxis, ticksOf, toUnit, type AxisSpec } from "../shared/scale/axisScale";
import { extentOf } from "../shared/scale/extent";
import { COLUMN, OPTIONAL_COLUMN, type ColumnSpec, type TraceRows } from "../shared/trace/trace";
import { Canvas, TEXT_HEIGHT, textWidth, type Color } from "./canvas";
import type { Picture } from "./png";

const WIDTH = 800,
  HEIGHT = 360;
const LEFT = 84,
  RIGHT = 20,
  TOP = 34,
  BOTTOM = 40;

const INK: Color = [90, 90, 90];
const GRID: Color = [225, 225, 225];
/** Blue and orange, which are distinguishable with any color vision. */
const LINES: readonly { readonly column: string; readonly name: string; readonly color: Color }[] = [
  { column: COLUMN.loss, name: "loss", color: [26, 112, 200] },
  { column: OPTIONAL_COLUMN.validationLoss, name: "validation loss", color: [214, 120, 10] },
];

export function lossPicture(columns: readonly ColumnSpec[], { rows, columns: values }: TraceRows): Picture {
  const canvas = new Canvas(WIDTH, HEIGHT);
  const columnOf = (name: string) => values[columns.findIndex((column) => column.name === name)] ?? null;
  const iterations = columnOf(COLUMN.iteration) ?? new Float64Array(rows);
  const lines = LINES.flatMap((line) => {
    const of = columnOf(line.column);
    return of === null ? [] : [{ ...line, values: of }];
  });
  const extent = extentOf(lines.flatMap((line) => Array.from(line.values)));
  const y: AxisSpec =
    extent !== null && extent.min > 0 && extent.max / extent.min > 20 ? logAxis(extent) : linearAxis(extent);
  const x: AxisSpec = { kind: "linear", min: 0, max: Math.max(1, iterations[rows - 1] ?? 1), whole: true };
  const across = (value: number) => LEFT + toUnit(x, value) * (WIDTH - LEFT - RIGHT);
  const down = (value: number) => HEIGHT - BOTTOM - toUnit(y, value) * (HEIGHT - TOP - BOTTOM);

  for (const tick of ticksOf(y, 6)) {
    canvas.line(LEFT, down(tick), WIDTH - RIGHT, down(tick), GRID);
    canvas.text(numberText(tick), LEFT - 8, down(tick) - TEXT_HEIGHT / 2, "right", INK);
  }
  for (const tick of ticksOf(x, 8)) canvas.text(numberText(tick), across(tick), HEIGHT - BOTTOM + 8, "center", INK);
  canvas.line(LEFT, HEIGHT - BOTTOM, WIDTH - RIGHT, HEIGHT - BOTTOM, INK);
  canvas.text("iteration", WIDTH - RIGHT, HEIGHT - TEXT_HEIGHT - 4, "right", INK);

  let left = LEFT;
  for (const { name, color, values: of } of lines) {
    canvas.line(left, TOP / 2, left + 18, TOP / 2, color, 2.5);
    canvas.text(name, left + 24, TOP / 2 - TEXT_HEIGHT / 2, "left", INK);
    left += 24 + textWidth(name) + 24;
    let before: { x: number; y: number } | null = null;
    for (let row = 0; row < rows; row++) {
      const value = of[row] ?? NaN;
      const shown = Number.isFinite(value) && (y.kind !== "log" || value > 0);
      const point: { x: number; y: number } | null = shown ? { x: across(iterations[row] ?? 0), y: down(value) } : null;
      if (point !== null && before !== null) canvas.line(before.x, before.y, point.x, point.y, color, 2);
      else if (point !== null) canvas.line(point.x, point.y, point.x, point.y, color, 3);
      before = point;
    }
  }
  return canvas.picture();
}

/** In the characters of the bitmap font. */
function numberText(value: number): string {
  if (value === 0) return "0";
  const size = Math.abs(value);
  return size >= 1e-3 && size < 1e6 ? String(Number(value.toPrecision(4))) : value.toExponential(0).replace("e+", "e");
}
