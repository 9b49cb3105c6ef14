/** Which views the page has, in their order, and where each stands. A new view is a line here and a file in charts/. */
import type { CardHost } from "./charts/card";
import { GradientNormChart } from "./charts/gradientNormChart";
import { GradientOverTimeChart } from "./charts/gradientOverTimeChart";
import { InspectedSequence } from "./charts/inspectedSequence";
import { HeatMapChart } from "./charts/heatMapChart";
import { LossChart } from "./charts/lossChart";
import { ACCURACY, LEARNING_RATE, MetricChart } from "./charts/metricChart";
import type { LabChart } from "./charts/model";
import { StatesChart } from "./charts/statesChart";
import { SurfaceChart } from "./charts/surfaceChart";
import { WeightsChart } from "./charts/weightsChart";
import type { LossScale } from "./preferences";

/** The panel, and the narrow view of the side bar. */
export type Layout = "wide" | "compact";

export type SectionHost = CardHost & { setLossScale(scale: LossScale): void };

export interface Section {
  /** Left what goes over the iterations; right what belongs to the one under the cursor, and what is left over. */
  readonly column: "left" | "right";
  readonly chart: LabChart;
}

export function createSections(layout: Layout, host: SectionHost): Section[] {
  const left = (...charts: LabChart[]): Section[] => charts.map((chart) => ({ column: "left", chart }));
  const right = (...charts: LabChart[]): Section[] => charts.map((chart) => ({ column: "right", chart }));
  const sequence = new InspectedSequence(host);
  if (layout === "compact") return left(new LossChart(host, true), new GradientOverTimeChart(host));
  return [
    ...left(new LossChart(host), new MetricChart(host, ACCURACY), new MetricChart(host, LEARNING_RATE), new HeatMapChart(host), new WeightsChart(host)),
    ...right(new GradientOverTimeChart(host), new StatesChart(host, sequence), new SurfaceChart(host), new GradientNormChart(host)),
  ];
}
