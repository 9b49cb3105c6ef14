/** What charts over the time steps of one iteration have in common. */
import * as l10n from "@vscode/l10n";
import type { AxisSpec } from "../../src/shared/scale/axisScale";
import type { SliderState } from "./card";
import type { LineChart, Point } from "./base";
import type { Probe } from "./cursorControls";
import { probeX } from "./iterationChart";
import type { BandMark, LineMark } from "./marks";
import type { ChartModel } from "./model";
import { formatValue } from "../../src/shared/words/numberFormat";
import type { Theme } from "../ui/theme";

/** With more steps than this, dots on a line run into each other. */
export const MAX_DOTS = 40;

export function timePoints(values: ArrayLike<number>, firstStep = 0): Point[] {
  return Array.from({ length: values.length }, (_, i) => {
    const value = values[i] ?? NaN;
    return { x: firstStep + i, y: Number.isFinite(value) ? value : NaN };
  });
}

/** The time steps whose value is not finite, from the first to the last of them. */
export function nonFiniteSteps(values: ArrayLike<number>, theme: Theme): BandMark[] {
  let from = -1;
  let to = -1;
  for (let t = 0; t < values.length; t++) {
    if (Number.isFinite(values[t] ?? NaN)) continue;
    if (from < 0) from = t;
    to = t;
  }
  if (from < 0) return [];
  return [
    {
      from,
      to,
      color: theme.error,
      label:
        from === to
          ? l10n.t("{0} at t = {1}", formatValue(values[to] ?? NaN), from)
          : l10n.t("{0} at t = {1} to {2}", formatValue(values[to] ?? NaN), from, to),
    },
  ];
}

/** Rows never change, so what was drawn for this place stays right while the run goes on behind a held cursor. */
export function placeKey({ header, place }: ChartModel): string {
  return `${header.runId} ${place.iteration} ${place.timeStep} ${place.unit} ${place.sequence}`;
}

/** `margin`: 0.5 where a step is a cell around its number. */
export function timeAxis({ header, timeSpan }: ChartModel, margin = 0): AxisSpec {
  return {
    kind: "linear",
    min: timeSpan?.from ?? -margin,
    max: timeSpan?.to ?? Math.max(1, header.timeSteps) + margin,
    whole: true,
  };
}

export function timeCursor(model: ChartModel): LineMark[] {
  return model.place.timeStep === null ? [] : [{ at: model.place.timeStep, color: model.theme.foreground }];
}

export function timeSlider(model: ChartModel, text: string): SliderState {
  return { min: 0, max: model.header.timeSteps, now: model.place.timeStep ?? model.header.timeSteps, text };
}

export function timeProbe(chart: () => LineChart): Probe {
  return (offsetX, offsetY) => {
    const timeStep = probeX(chart(), offsetX, offsetY);
    return timeStep === null ? null : { timeStep };
  };
}
