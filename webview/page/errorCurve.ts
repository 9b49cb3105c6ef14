/** A small picture of the error of a gradient check over the size of its step, on double-logarithmic axes. */
import * as l10n from "@vscode/l10n";
import { formatValue } from "../../src/shared/words/numberFormat";

const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 132;
const HEIGHT = 36;
const MARGIN = 3;
/** Errors that are shown: from the rounding of a double to one that is all wrong. */
const LOWEST = -16;
const HIGHEST = 0;

/** Steps from large on the left to small on the right; `chosen` is the one that the check was made with. */
export function createErrorCurve(
  epsilons: readonly number[],
  errors: readonly number[],
  chosen: number,
  tolerance: number,
): Element {
  const x = (index: number): number => MARGIN + (index / Math.max(1, epsilons.length - 1)) * (WIDTH - 2 * MARGIN);
  const y = (error: number): number => {
    const power = Math.min(HIGHEST, Math.max(LOWEST, Math.log10(Math.max(error, 10 ** LOWEST))));
    return MARGIN + ((HIGHEST - power) / (HIGHEST - LOWEST)) * (HEIGHT - 2 * MARGIN);
  };
  const points = errors.map((error, index) => ({ error, index })).filter(({ error }) => Number.isFinite(error));
  const best = points.reduce<(typeof points)[number] | null>(
    (least, point) => (least === null || point.error < least.error ? point : least),
    null,
  );
  const summary =
    best === null
      ? l10n.t("NaN at every step size")
      : l10n.t(
          "smallest error {0} at step size {1}",
          formatValue(best.error, 2),
          formatValue(epsilons[best.index] ?? NaN, 2),
        );
  const picture = draw("svg", {
    class: "error-curve",
    role: "img",
    viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
    width: String(WIDTH),
    height: String(HEIGHT),
    "aria-label": l10n.t(
      "Relative error by step size, {0} to {1}: {2}",
      formatValue(epsilons[0] ?? NaN, 2),
      formatValue(epsilons.at(-1) ?? NaN, 2),
      summary,
    ),
  });
  const title = draw("title", {});
  title.textContent = l10n.t(
    "Relative error by finite-difference step size, {0} to {1}: {2}. A correct gradient gives a V-shaped curve, a wrong one a flat line.",
    formatValue(epsilons[0] ?? NaN, 2),
    formatValue(epsilons.at(-1) ?? NaN, 2),
    summary,
  );
  picture.append(
    title,
    draw("line", {
      class: "error-allowed",
      x1: String(MARGIN),
      x2: String(WIDTH - MARGIN),
      y1: String(y(tolerance)),
      y2: String(y(tolerance)),
    }),
  );
  picture.append(
    draw("polyline", {
      class: "error-line",
      points: points.map(({ error, index }) => `${x(index).toFixed(1)},${y(error).toFixed(1)}`).join(" "),
    }),
  );
  const at = points.find(({ index }) => Math.abs(Math.log10((epsilons[index] ?? NaN) / chosen)) < 0.5);
  if (at !== undefined)
    picture.append(
      draw("circle", { class: "error-chosen", cx: x(at.index).toFixed(1), cy: y(at.error).toFixed(1), r: "2.5" }),
    );
  return picture;
}

function draw(tag: string, attributes: Readonly<Record<string, string>>): SVGElement {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  return node as SVGElement;
}
