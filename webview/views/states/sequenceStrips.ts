/** Inputs, targets and outputs of a sequence in rows, on the time axis of the picture below them. */
import * as l10n from "@vscode/l10n";
import { extentOf } from "../../../src/shared/scale/extent";
import { formatValue } from "../../../src/shared/words/numberFormat";
import { classText, symbolText, targetKindOf, type StepOutput } from "../../state/sequenceOutputs";
import type { TraceHeader } from "../../../src/shared/trace/trace";
import { element, setHidden } from "../../ui/dom";
import { withAlpha, type Theme } from "../../ui/theme";
import type { Span } from "../../state/zoom";

const SYMBOL_HEIGHT = 17;
const BAR_HEIGHT = 16;
const LINE_HEIGHT = 38;
const GAP = 3;
/** Rows of features beyond these are left out. */
const MAX_FEATURES = 4;
/** Narrower cells hold no text. */
const MIN_TEXT = 5.5;
const TEXT_SIZE = { least: 8, most: 11 } as const;

interface Strip {
  readonly label: string;
  readonly height: number;
  draw(pen: Pen, top: number, height: number): void;
}

interface Pen {
  readonly context: CanvasRenderingContext2D;
  readonly theme: Theme;
  /** Left edge of the cell of a time step. */
  readonly x: (timeStep: number) => number;
  readonly cell: number;
}

export class SequenceStrips {
  readonly element = element("canvas", { class: "strips", attributes: { "aria-hidden": "true" } });

  /**
   * `area` and `span`: of the chart below and its time axis, on which a step is a cell around its number. Null hides
   * the strips.
   */
  show(
    shown: {
      readonly header: TraceHeader;
      readonly outputs: readonly StepOutput[];
      readonly theme: Theme;
      readonly width: number;
      readonly area: { readonly left: number; readonly right: number };
      readonly span: Span;
      readonly cursor: number | null;
    } | null,
  ): void {
    setHidden(this.element, shown === null);
    const context = this.element.getContext("2d");
    if (shown === null || context === null) return;
    const { header, outputs, theme, width, area, span, cursor } = shown;
    // Of a model that is trained in Python the outputs of its layers are seen alone.
    const answers = header.probed === undefined ? outputStrips(header, outputs) : [];
    const strips = [...inputStrips(header), ...answers];
    const height = strips.reduce((sum, strip) => sum + strip.height + GAP, 0);
    const ratio = window.devicePixelRatio;
    const size = { width: Math.max(1, Math.round(width * ratio)), height: Math.max(1, Math.round(height * ratio)) };
    if (this.element.width !== size.width) this.element.width = size.width;
    if (this.element.height !== size.height) this.element.height = size.height;
    this.element.style.height = `${height}px`;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    const cell = (area.right - area.left) / (span.to - span.from);
    const pen: Pen = { context, theme, cell, x: (timeStep) => area.left + (timeStep - 0.5 - span.from) * cell };
    let top = 0;
    for (const strip of strips) {
      context.font = `10px ${theme.fontFamily}`;
      context.fillStyle = theme.muted;
      context.textAlign = "right";
      context.textBaseline = "middle";
      context.fillText(strip.label, area.left - 6, top + strip.height / 2);
      context.save();
      context.beginPath();
      context.rect(area.left, top, area.right - area.left, strip.height);
      context.clip();
      strip.draw(pen, top, strip.height);
      context.restore();
      top += strip.height + GAP;
    }
    if (cursor !== null && cursor >= span.from && cursor <= span.to) {
      context.fillStyle = theme.foreground;
      context.fillRect(Math.round(pen.x(cursor) + cell / 2), 0, 1, height);
    }
  }
}

function inputStrips(header: TraceHeader): Strip[] {
  const { input, inputSize } = header.inspected;
  if (header.data?.inputKind === "one-hot") {
    const symbols = Array.from({ length: header.timeSteps }, (_, t) =>
      input.slice(t * inputSize, (t + 1) * inputSize).indexOf(1),
    );
    return [
      symbolStrip(
        l10n.t("input"),
        symbols.map((symbol, t) => ({
          timeStep: t + 1,
          text: symbolText(header, symbol),
          kind: "plain" as const,
          strength: 0.25 + (0.6 * symbol) / Math.max(1, inputSize - 1),
        })),
      ),
    ];
  }
  const shown = Math.min(inputSize, MAX_FEATURES);
  return Array.from({ length: shown }, (_, feature) => {
    const values = Array.from({ length: header.timeSteps }, (_unused, t) => input[t * inputSize + feature] ?? NaN);
    return barStrip(shown === 1 ? l10n.t("input") : l10n.t("in {0}", feature), values);
  });
}

function outputStrips(header: TraceHeader, outputs: readonly StepOutput[]): Strip[] {
  const [only] = outputs;
  if (only !== undefined && only.timeStep === header.timeSteps && outputs.length === 1) return [endStrip(header, only)];
  const kind = targetKindOf(header);
  if (kind === "values")
    return Array.from({ length: Math.min(MAX_FEATURES, outputs[0]?.output.length ?? 0) }, (_, i) =>
      lineStrip(outputs, i),
    );
  const text = (value: number): string => (kind === "classes" ? classText(header, value) : String(Math.round(value)));
  const width = kind === "classes" ? 1 : Math.min(MAX_FEATURES, outputs[0]?.output.length ?? 1);
  const known = outputs.filter(({ target }) => target.length > 0 && target.every(Number.isFinite));
  const targets = Array.from({ length: known.length > 0 ? width : 0 }, (_, i) =>
    symbolStrip(
      l10n.t("target"),
      known.map(({ timeStep, target }) => ({
        timeStep,
        text: text(target[i] ?? NaN),
        kind: "plain" as const,
        strength: kind === "bits" ? 0.8 * (target[i] ?? 0) : 0.35,
      })),
    ),
  );
  const answers = Array.from({ length: width }, (_, i) =>
    symbolStrip(
      l10n.t("output"),
      outputs.map(({ timeStep, output, target, confidence, right: allRight }) => {
        const value = output[i] ?? NaN;
        const right = kind === "classes" ? value === target[i] : Math.round(value) === target[i];
        return {
          timeStep,
          text: text(value),
          kind: allRight === null ? ("plain" as const) : right ? ("right" as const) : ("wrong" as const),
          strength: kind === "bits" ? value : confidence,
        };
      }),
    ),
  );
  return [...targets, ...answers];
}

interface SymbolCell {
  readonly timeStep: number;
  readonly text: string;
  readonly kind: "plain" | "right" | "wrong";
  /** 0 to 1: how much of the color shows. */
  readonly strength: number;
}

/** A wrong cell is red and has a bar under it, so that color is not the only sign. */
function symbolStrip(label: string, cells: readonly SymbolCell[]): Strip {
  return {
    label,
    height: SYMBOL_HEIGHT,
    draw({ context, theme, x, cell }, top, height) {
      const spaced = cell > 4 ? 1 : 0;
      context.textAlign = "center";
      context.font = `${Math.max(TEXT_SIZE.least, Math.min(TEXT_SIZE.most, Math.round(cell * 1.3)))}px ${theme.fontFamily}`;
      for (const { timeStep, text, kind, strength } of cells) {
        const left = x(timeStep);
        const alpha = Number.isFinite(strength) ? 0.06 + 0.44 * Math.min(1, Math.max(0, strength)) : 0.06;
        context.fillStyle = withAlpha(
          kind === "wrong" ? theme.error : kind === "right" ? (theme.series[0] ?? theme.foreground) : theme.foreground,
          kind === "plain" ? alpha * 0.6 : alpha,
        );
        context.fillRect(left, top, Math.max(0.5, cell - spaced), height);
        if (kind === "wrong") {
          context.fillStyle = theme.error;
          context.fillRect(left, top + height - 2, Math.max(0.5, cell - spaced), 2);
        }
        if (cell < MIN_TEXT) continue;
        context.fillStyle = theme.foreground;
        context.fillText(text, left + cell / 2, top + height / 2 + 0.5, cell);
      }
    },
  };
}

function barStrip(label: string, values: readonly number[]): Strip {
  return {
    label,
    height: BAR_HEIGHT,
    draw({ context, theme, x, cell }, top, height) {
      const extent = extentOf(values);
      const low = Math.min(0, extent?.min ?? 0);
      const span = Math.max(0, extent?.max ?? 1) - low || 1;
      const zero = top + height + (low / span) * height;
      context.fillStyle = theme.grid;
      context.fillRect(x(1), zero - 0.5, cell * values.length, 1);
      context.fillStyle = withAlpha(theme.foreground, theme.highContrast ? 0.9 : 0.5);
      for (const [i, value] of values.entries()) {
        const tall = (value / span) * height;
        const wide = Math.max(0.75, Math.min(10, cell * 0.7));
        context.fillRect(x(i + 1) + (cell - wide) / 2, tall >= 0 ? zero - tall : zero, wide, Math.abs(tall));
      }
    },
  };
}

/** The one answer, at the end of the sequence where it is given. */
function endStrip(header: TraceHeader, { output, target, right }: StepOutput): Strip {
  const kind = targetKindOf(header);
  const text = (values: readonly number[]): string =>
    values
      .slice(0, MAX_FEATURES)
      .map((value) => (kind === "classes" ? classText(header, value) : formatValue(value, 3)))
      .join(", ");
  const answer =
    target.length === 0 || target.some(Number.isNaN)
      ? text(output)
      : l10n.t("{0} (target {1})", text(output), text(target));
  return {
    label: l10n.t("output"),
    height: SYMBOL_HEIGHT,
    draw({ context, theme, x, cell }, top, height) {
      context.textAlign = "right";
      context.font = `${TEXT_SIZE.most}px ${theme.fontFamily}`;
      context.fillStyle = right === false ? theme.error : theme.foreground;
      context.fillText(answer, x(header.timeSteps) + cell - 1, top + height / 2 + 0.5);
    },
  };
}

/** Output as a line over the dashed target, on one axis. */
function lineStrip(outputs: readonly StepOutput[], i: number): Strip {
  return {
    label: l10n.t("output"),
    height: LINE_HEIGHT,
    draw({ context, theme, x, cell }, top, height) {
      const extent = extentOf(outputs.flatMap(({ output, target }) => [output[i] ?? NaN, target[i] ?? NaN]));
      const low = extent?.min ?? 0;
      const span = (extent?.max ?? 1) - low || 1;
      const line = (valueOf: (step: StepOutput) => number | undefined, color: string, dash: number[]): void => {
        context.strokeStyle = color;
        context.lineWidth = theme.lineWidth;
        context.setLineDash(dash);
        context.beginPath();
        let started = false;
        for (const step of outputs) {
          const value = valueOf(step) ?? NaN;
          const px = x(step.timeStep) + cell / 2;
          const py = top + 2 + (1 - (value - low) / span) * (height - 4);
          if (!Number.isFinite(py)) started = false;
          else if (started) context.lineTo(px, py);
          else {
            context.moveTo(px, py);
            started = true;
          }
        }
        context.stroke();
        context.setLineDash([]);
      };
      line(({ target }) => target[i], theme.muted, [4, 3]);
      line(({ output }) => output[i], theme.series[1] ?? theme.foreground, []);
    },
  };
}
