/** Points of runs that are read out under the pointer, and opened by a click. */
import type { Chart } from "chart.js";
import type { SweepModel } from "./model";
import { nearestRow } from "./pointsLayer";
import type { SweepCard, SweepHost } from "./sweepCard";
import { trialSentence } from "./trialWords";

/** What a chart of runs shows now. */
interface ShownRuns {
  readonly model: SweepModel | null;
  /** Read out while no run is under the pointer. */
  readonly resting: string;
}

/** @param reach in pixels */
export function pointAtRuns(
  card: SweepCard,
  chart: Chart,
  host: SweepHost,
  reach: number,
  shown: () => ShownRuns,
): void {
  card.onPointer(
    (place) => {
      const { model, resting } = shown();
      const row = place === null ? -1 : nearestRow(chart, place.x, place.y, reach);
      card.setReadout(row < 0 || model === null ? resting : trialSentence(model, row));
      return row >= 0;
    },
    ({ x, y }) => {
      const row = nearestRow(chart, x, y, reach);
      if (row >= 0) host.openTrial(shown().model?.trials.column("index")[row] ?? NaN);
    },
  );
}
