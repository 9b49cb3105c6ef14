/**
 * The views of the page as sections (the findings stand in a line above them), and the default place of each.
 *
 * To add a view: a file in views/ whose class implements `LabChart`, and a line in SECTIONS.
 * - `id` is the id of its card (`ChartCard`), by which findings and commands point at it, and under which its place is
 *   remembered.
 * - The order of the list is the order of the page where it has one column, and within each column where it has more.
 * - `column2`: left (0) what goes over the iterations, right (1) what belongs to the one under the cursor.
 * - `column3`: how it learns (0), the gradient through time (1), inside the network (2).
 * - `folded`: it comes folded, as a title that opens. For what only some readers look for.
 * - `compact`: whether the narrow page of the side bar has it, and how. Left out: only the panel has it. There it is
 *   drawn 276 pixels wide.
 * - `probed`: it is also there for a run that a Python process trains and records, which has no experiment.
 * - `isAvailable(model)` of the view says whether a run has the data it shows; otherwise the section is left out.
 *   A view without `isAvailable` is always there. A view must not hide its own element.
 * - `draw` is called only while the section is open and on screen; `changed` then covers everything since the
 *   last call. So a view that sends its queries in `draw` sends none while it is not visible, without a check of its
 *   own.
 * - The title of the card becomes the button that folds; tools in the header hide with the rest.
 */
import type { CardHost } from "../chart/card";
import { GradientNormChart } from "../views/scalars/gradientNormChart";
import { GradientByStepChart } from "../views/gradientByStep/gradientByStepChart";
import { InspectedSequence } from "../views/states/inspectedSequence";
import { GradientAttributionChart } from "../views/gradientAttribution/gradientAttributionChart";
import { GradientHeatMapChart } from "../views/gradientHeatMap/gradientHeatMapChart";
import { LengthGeneralizationChart } from "../views/lengths/lengthsChart";
import { NamedScalarChart } from "../views/scalars/namedScalarChart";
import { LossChart } from "../views/scalars/lossChart";
import { ACCURACY, LEARNING_RATE, MetricChart } from "../views/scalars/metricChart";
import type { LabChart } from "../chart/model";
import { MeasuresView } from "../views/measures/measuresView";
import { PredictionsChart } from "../views/predictions/predictionsChart";
import { RaceChart } from "../views/race/raceChart";
import { RateTestChart } from "../views/rateTest/rateTestChart";
import { TextSampleView } from "../views/textSample/textSampleView";
import { StatesChart } from "../views/states/statesChart";
import { createFixedPoints } from "../views/fixedPoints/fixedPointsView";
import { createJacobians } from "../views/jacobians/jacobiansView";
import { createLyapunov } from "../views/lyapunov/lyapunovView";
import { createMemory } from "../views/memory/memoryView";
import { createPsychometric } from "../views/psychometric/psychometricView";
import { createSharpness } from "../views/sharpness/sharpnessView";
import { SpectrumChart } from "../views/weights/spectrumChart";
import { LossSurfaceChart } from "../views/lossSurface/lossSurfaceChart";
import { TensorNormsChart } from "../views/weights/tensorNormsChart";
import { WeightsChart } from "../views/weights/weightsChart";
import type { ViewCommand } from "../../src/shared/wire/protocol";
import type { FormSection } from "./formSection";
import type { AxesChoice } from "../state/preferences";
import type { SectionHome } from "../state/sectionLayout";

/** The panel, and the narrow view of the side bar. */
export type Layout = "wide" | "compact";

export type SectionHost = CardHost & { setAxes(choice: AxesChoice): void; sendCommand(command: ViewCommand): void };

/** What several views need. */
interface Shared {
  readonly compact: boolean;
  readonly form: FormSection;
  readonly sequence: InspectedSequence;
}

interface SectionSpec extends Omit<SectionHome, "folded"> {
  readonly folded?: true;
  readonly compact?: "open" | "folded";
  /** Whether it says anything about a model that is trained in Python. */
  readonly probed?: true;
  readonly create: (host: SectionHost, shared: Shared) => LabChart;
}

const SECTIONS: readonly SectionSpec[] = [
  {
    id: "loss",
    column2: 0,
    column3: 0,
    compact: "open",
    probed: true,
    create: (host, { compact }) => new LossChart(host, compact),
  },
  { id: "scalars", column2: 0, column3: 0, probed: true, create: (host) => new NamedScalarChart(host) },
  {
    id: "heat",
    column2: 0,
    column3: 1,
    compact: "folded",
    probed: true,
    create: (host) => new GradientHeatMapChart(host),
  },
  {
    id: "gradient",
    column2: 1,
    column3: 1,
    compact: "open",
    probed: true,
    create: (host) => new GradientByStepChart(host),
  },
  { id: "form", column2: 0, column3: 0, folded: true, compact: "folded", create: (_host, { form }) => form },
  { id: "accuracy", column2: 0, column3: 0, compact: "folded", create: (host) => new MetricChart(host, ACCURACY) },
  {
    id: "states",
    column2: 1,
    column3: 2,
    compact: "folded",
    probed: true,
    create: (host, { sequence }) => new StatesChart(host, sequence),
  },
  { id: "surface", column2: 1, column3: 2, compact: "folded", create: (host) => new LossSurfaceChart(host) },
  { id: "attribution", column2: 1, column3: 1, create: (host) => new GradientAttributionChart(host) },
  { id: "predictions", column2: 1, column3: 2, compact: "folded", create: (host) => new PredictionsChart(host) },
  { id: "measures", column2: 1, column3: 2, folded: true, create: (host) => new MeasuresView(host) },
  { id: "psychometric", column2: 1, column3: 2, folded: true, create: createPsychometric },
  { id: "sample", column2: 0, column3: 0, compact: "folded", create: (host) => new TextSampleView(host) },
  { id: "norm", column2: 0, column3: 0, compact: "folded", create: (host) => new GradientNormChart(host) },
  { id: "rate", column2: 0, column3: 0, probed: true, create: (host) => new MetricChart(host, LEARNING_RATE) },
  { id: "rate-test", column2: 0, column3: 0, folded: true, create: (host) => new RateTestChart(host) },
  { id: "weights", column2: 1, column3: 2, probed: true, create: (host) => new WeightsChart(host) },
  { id: "lengths", column2: 0, column3: 0, folded: true, create: (host) => new LengthGeneralizationChart(host) },
  { id: "spectrum", column2: 1, column3: 1, folded: true, probed: true, create: (host) => new SpectrumChart(host) },
  { id: "fixed-points", column2: 1, column3: 2, folded: true, probed: true, create: createFixedPoints },
  { id: "jacobians", column2: 1, column3: 1, folded: true, probed: true, create: createJacobians },
  { id: "lyapunov", column2: 1, column3: 2, folded: true, probed: true, create: createLyapunov },
  { id: "memory", column2: 1, column3: 2, folded: true, probed: true, create: createMemory },
  { id: "sharpness", column2: 0, column3: 0, folded: true, probed: true, create: createSharpness },
  { id: "tensors", column2: 0, column3: 0, folded: true, probed: true, create: (host) => new TensorNormsChart(host) },
  { id: "race", column2: 1, column3: 2, folded: true, create: (host) => new RaceChart(host) },
];

export interface Section {
  readonly home: SectionHome;
  readonly chart: LabChart;
  /** It is also there for a run that a Python process trains. */
  readonly isProbed: boolean;
}

export function createSections(layout: Layout, host: SectionHost, form: FormSection): Section[] {
  const compact = layout === "compact";
  const shared: Shared = { compact, form, sequence: new InspectedSequence(host) };
  return SECTIONS.filter((spec) => !compact || spec.compact !== undefined).map(
    ({ create, folded, compact: narrow, probed = false, ...place }) => ({
      home: { ...place, folded: compact ? narrow === "folded" : folded === true },
      chart: create(host, shared),
      isProbed: probed,
    }),
  );
}
