/** The legend of a color scale: a bar between two values, and the swatches of what lies outside of it. */
import * as l10n from "@vscode/l10n";
import { COLOR_LEVELS, cssColor } from "../ui/colorMap";
import type { ColorBound } from "../../src/shared/scale/colorBound";
import { formatValue } from "../../src/shared/words/numberFormat";
import { formatLogTicks } from "../../src/shared/words/tickFormat";
import { element, setHidden, setText } from "../ui/dom";
import type { DecadeRange } from "./heatRaster";

const WIDTH = 96;
const HEIGHT = 10;

export class ColorBar {
  readonly element: HTMLElement;
  private readonly canvas = element("canvas", {
    class: "color-bar",
    attributes: { width: String(WIDTH), height: String(HEIGHT), "aria-hidden": "true" },
  });
  private readonly low = element("span");
  private readonly high = element("span");
  private readonly above: HTMLElement;
  private readonly aboveText = element("span");
  private readonly broken: HTMLElement;
  private readonly clipped = element("span", {}, l10n.t("clipped at 99th percentile"));
  private painted: Uint32Array | null = null;

  constructor(table: Uint32Array) {
    const brokenSwatch = element("span", { class: "swatch-cell swatch-broken" });
    const aboveSwatch = element("span", { class: "swatch-cell swatch-above" });
    this.broken = element("span", { class: "legend-extra" }, brokenSwatch, l10n.t("non-finite"));
    this.above = element("span", { class: "legend-extra" }, aboveSwatch, this.aboveText);
    this.element = element(
      "div",
      { class: "legend" },
      this.clipped,
      this.above,
      this.broken,
      element("span", { class: "legend-bar" }, this.low, this.canvas, this.high),
    );
    this.paint(table);
  }

  paint(table: Uint32Array): void {
    if (table === this.painted) return;
    this.painted = table;
    const context = this.canvas.getContext("2d");
    for (let x = 0; x < WIDTH && context !== null; x++) {
      context.fillStyle = cssColor(table[Math.round((x / (WIDTH - 1)) * (COLOR_LEVELS - 1))] ?? 0);
      context.fillRect(x, 0, 1, HEIGHT);
    }
  }

  show(range: DecadeRange | null, has: { readonly broken: boolean; readonly above: boolean }): void {
    setHidden(this.element, range === null && !has.broken);
    setHidden(this.clipped, true);
    setHidden(this.broken, !has.broken);
    setHidden(this.above, !has.above);
    if (range === null) return;
    const [low = "", high = ""] = formatLogTicks([10 ** range.low, 10 ** range.high]);
    setText(this.low, `${range.hasBelow === true ? "≤ " : ""}${low}`);
    setText(this.high, `${range.hasAbove === true && !has.above ? "≥ " : ""}${high}`);
    setText(this.aboveText, l10n.t("above {0}", high));
  }

  /** For a symmetric scale around 0. */
  showBound({ bound, isClipped }: ColorBound, broken: boolean): void {
    const [low, high] = [formatValue(-bound, 2), formatValue(bound, 2)];
    this.showEnds(isClipped ? [`≤ ${low}`, `≥ ${high}`] : [low, high], broken);
    setHidden(this.clipped, false);
    // Its room is kept, so that nothing moves when an outlier comes.
    this.clipped.style.visibility = isClipped ? "" : "hidden";
  }

  /** For a linear scale; null hides it. */
  showEnds(ends: readonly [low: string, high: string] | null, broken = false): void {
    setHidden(this.element, ends === null);
    setHidden(this.clipped, true);
    setHidden(this.broken, !broken);
    setHidden(this.above, true);
    setText(this.low, ends?.[0] ?? "");
    setText(this.high, ends?.[1] ?? "");
  }
}
