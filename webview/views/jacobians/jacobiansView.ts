/** Where a gradient goes on its way back along a sequence: singular values and eigenvalues of the steps' Jacobians. */
import * as l10n from "@vscode/l10n";
import type { StepJacobians } from "../../../src/shared/trace/dynamics";
import { formatCount, formatValue } from "../../../src/shared/words/numberFormat";
import { AnalysisView, type Analyzed } from "../../chart/analysisView";
import { TIME_STEP_NAME } from "../../chart/axisNames";
import type { CardHost } from "../../chart/card";
import { complexNumbers } from "../../chart/complexPlane";
import type { ChartModel, LabChart } from "../../chart/model";
import { PlotPicture, type LinePlot, type PlotChoice } from "../../chart/plotPicture";

type Shown = Analyzed<"jacobians">;

const DOTTED = [2, 3];
const DASHED = [6, 3];

const PLOTS: readonly [PlotChoice<Shown>, ...PlotChoice<Shown>[]] = [
  { value: "singular", label: l10n.t("singular values"), plot: ({ found }) => singularPlot(found) },
  { value: "moduli", label: l10n.t("eigenvalue moduli"), plot: ({ found }) => moduliPlot(found) },
  {
    value: "plane",
    label: l10n.t("eigenvalues at the cursor"),
    plot: ({ found }, { place }: ChartModel) => planePlot(found, place.timeStep ?? found.timeSteps),
  },
  { value: "product", label: l10n.t("all steps together"), plot: ({ found }) => productPlot(found) },
];

export function createJacobians(host: CardHost): LabChart {
  return new AnalysisView(host, {
    kind: "jacobians",
    id: "jacobians",
    ownAxis: "timeStep",
    texts: {
      title: l10n.t("Jacobians along a sequence"),
      start: l10n.t("Compute Jacobians"),
      tooltip: l10n.t("Compute the Jacobian of each step of a sequence at the iteration of the cursor"),
      invitation: [
        l10n.t("Shows in how many directions a gradient survives each step back, and all of them together."),
        l10n.t("Select Compute Jacobians to start."),
      ].join(" "),
      running: l10n.t("Computing Jacobians…"),
    },
    createPicture: (controls) =>
      new PlotPicture<"jacobians", Shown>(
        {
          options: () => ({ sequence: 0 }),
          prepare: (analyzed) => analyzed,
          choose: l10n.t("Values of the Jacobians"),
          plots: PLOTS,
          facts: ({ found }) => [{ label: l10n.t("growth per step"), value: formatValue(growthPerStep(found), 4) }],
          caption: ({ found }) => captionOf(found),
          summary: ({ found, iteration }) =>
            l10n.t(
              "Jacobians of {0} steps at iteration {1}: over all steps, a change grows by at most {2} per step.",
              formatCount(found.timeSteps),
              formatCount(iteration),
              formatValue(growthPerStep(found), 3),
            ),
        },
        controls,
      ),
  });
}

/** The largest factor by which a change of the first state reaches the last, as a mean per step. */
function growthPerStep({ logProduct, timeSteps }: StepJacobians): number {
  return Math.exp((logProduct[0] ?? NaN) / Math.max(1, timeSteps));
}

function captionOf({ steps, timeSteps }: StepJacobians): readonly string[] {
  return [
    l10n.t(
      "Above 1, small changes of the state grow in a step, and the gradient on its way back; below 1 they shrink.",
    ),
    l10n.t("Growth per step is the largest singular value of the product of all steps, as a mean per step."),
    ...(steps.length === timeSteps
      ? []
      : [l10n.t("{0} of {1} steps are shown.", formatCount(steps.length), formatCount(timeSteps))]),
  ];
}

/** Column k of rows [steps, n]. */
function column(values: Float64Array, steps: number, k: number): Float64Array {
  const n = values.length / Math.max(1, steps);
  return Float64Array.from({ length: steps }, (_, row) => values[row * n + k] ?? NaN);
}

/** The largest, the middle and the smallest of each step as lines; all of them in the table. */
function stepPlot(
  { steps, timeSteps, logProduct }: StepJacobians,
  values: Float64Array,
  words: { readonly title: string; readonly yName: readonly string[]; readonly column: (k: number) => string },
): LinePlot & { readonly title: string } {
  const n = logProduct.length;
  const of = (k: number): Float64Array => column(values, steps.length, k);
  return {
    kind: "lines",
    title: words.title,
    along: "timeStep",
    x: steps,
    xName: TIME_STEP_NAME,
    xRange: { min: 0, max: timeSteps },
    placeText: stepText,
    scale: "log",
    yName: words.yName,
    lines: [
      { label: l10n.t("largest"), values: of(0) },
      ...(n < 3 ? [] : [{ label: l10n.t("median"), values: of(Math.floor((n - 1) / 2)), dash: DASHED }]),
      ...(n < 2 ? [] : [{ label: l10n.t("smallest"), values: of(n - 1), dash: DOTTED }]),
    ],
    level: { at: 1 },
    columns: Array.from({ length: n }, (_, k) => ({ label: words.column(k + 1), values: of(k) })),
  };
}

function stepText(step: number): string {
  return l10n.t("step {0}:", formatCount(step));
}

function singularPlot(found: StepJacobians) {
  return stepPlot(found, found.singularValues, {
    title: l10n.t("Singular values of dh_t/dh_(t-1)"),
    yName: [l10n.t("singular value")],
    column: (k) => `σ ${k}`,
  });
}

function moduliPlot(found: StepJacobians) {
  const moduli = found.re.map((re, i) => Math.hypot(re, found.im[i] ?? NaN));
  return stepPlot(found, moduli, {
    title: l10n.t("Moduli of the eigenvalues of dh_t/dh_(t-1)"),
    yName: [l10n.t("modulus |λ|"), "|λ|"],
    column: (k) => `|λ ${k}|`,
  });
}

/** Of the computed step next to the cursor. */
function planePlot({ steps, re, im, logProduct }: StepJacobians, timeStep: number) {
  const distances = Array.from(steps, (step) => Math.abs(step - timeStep));
  const row = Math.max(0, distances.indexOf(Math.min(...distances)));
  const n = logProduct.length;
  const part = (values: Float64Array): Float64Array => values.subarray(row * n, (row + 1) * n);
  return {
    kind: "plane" as const,
    title: l10n.t("Eigenvalues of dh_t/dh_(t-1) at step {0}", formatCount(steps[row] ?? 0)),
    values: complexNumbers(part(re), part(im)),
  };
}

function productPlot({ logProduct, logProductEigenvalues }: StepJacobians): LinePlot & { readonly title: string } {
  return {
    kind: "lines",
    title: l10n.t("Logarithms of the singular values and eigenvalues of dh_T/dh_0"),
    along: "other",
    x: Float64Array.from(logProduct, (_, k) => k + 1),
    xName: [l10n.t("number in descending order"), l10n.t("number")],
    placeText: (k) => l10n.t("number {0}:", formatCount(k)),
    scale: "linear",
    yName: [l10n.t("natural logarithm"), "ln"],
    lines: [
      { label: "ln σ", values: logProduct },
      { label: "ln |λ|", values: logProductEigenvalues, dash: DASHED },
    ],
    level: { at: 0 },
  };
}
