/** The measured lines of the gradient by time step. */
import * as l10n from "@vscode/l10n";
import { measureGradient, type GradientCurve } from "../../../src/shared/trace/gradientCurve";
import { vectorColumn, type TraceHeader } from "../../../src/shared/trace/trace";
import { isBelowRange, isFloat32Limit } from "../../chart/gradientWords";
import { layerOf, type ChartModel } from "../../chart/model";
import { layerName } from "../../ui/picker";

export interface Line {
  readonly name: string;
  readonly spoken: string;
  /** [T + 1] */
  readonly values: Float64Array;
  readonly dashed: boolean;
  readonly color: string;
}

export interface MeasuredLine extends Line {
  readonly curve: GradientCurve;
  /**
   * [T + 1], what the line is drawn through: NaN where float32 does not hold the value. It keeps few digits there, and
   * a line would show a floor that is not in the gradient.
   */
  readonly drawn: Float64Array;
}

/**
 * The signed sum where a layer has one unit, and the norm: of the chosen layer in full, of the others as faint dashed
 * lines.
 */
export function collectLines(model: ChartModel): Line[] {
  const { header, place, theme } = model;
  const steps = header.timeSteps + 1;
  const lines: Line[] = [];
  const color = (i: number): string => theme.series[i % theme.series.length] ?? theme.foreground;
  const chosen = layerOf(model);
  const others = Array.from({ length: header.numLayers }, (_, layer) => layer).filter((layer) => layer !== chosen);
  for (const layer of [chosen, ...others]) {
    const isOnly = header.numLayers === 1;
    const sum = model.rowOf(vectorColumn.stateGradSum(layer), place.row);
    const norm = model.rowOf(vectorColumn.stateGradNorm(layer), place.row)?.subarray(0, steps) ?? null;
    const named = layerName(header, layer);
    if (layer !== chosen) {
      if (norm !== null)
        lines.push({
          name: named,
          spoken: l10n.t("mean norm, {0}", named),
          values: norm,
          dashed: true,
          color: color(1 + others.indexOf(layer)),
        });
      continue;
    }
    if (sum !== null) {
      const name = isOnly ? l10n.t("sum") : l10n.t("sum, {0}", named);
      lines.push({ name, spoken: name, values: sum, dashed: false, color: color(0) });
    }
    if (norm !== null)
      lines.push({
        name: isOnly ? l10n.t("norm") : l10n.t("norm, {0}", named),
        spoken: isOnly ? l10n.t("mean norm") : l10n.t("mean norm, {0}", named),
        values: norm,
        dashed: sum !== null,
        color: color(sum === null ? 0 : 1),
      });
  }
  return lines;
}

/** @param isBackward it flows from the first step to the last, and has no trend on its way back */
export function measureLine(line: Line, header: TraceHeader, isBackward: boolean): MeasuredLine {
  const { values } = line;
  const curve = isBackward ? NO_CURVE : measureGradient(values, header);
  const drawn = isFloat32Limit(curve, header)
    ? values.map((value, t) => (isBelowRange(values, t, curve, header) ? NaN : value))
    : values;
  return { ...line, curve, drawn };
}

const NO_CURVE: GradientCurve = { trend: null, tooSmall: null, cutBefore: null };

/** Whether float32 does not hold the value of this step. */
export function isHidden({ values, drawn }: MeasuredLine, step: number): boolean {
  return Number.isNaN(drawn[step] ?? NaN) && !Number.isNaN(values[step] ?? NaN);
}
