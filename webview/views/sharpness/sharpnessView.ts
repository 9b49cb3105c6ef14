/** How curved the loss is where the parameters are, beside what the learning rate allows: the edge of stability. */
import * as l10n from "@vscode/l10n";
import type { Sharpness } from "../../../src/shared/trace/dynamics";
import { formatCount, formatValue } from "../../../src/shared/words/numberFormat";
import { AnalysisView, type Analyzed } from "../../chart/analysisView";
import { ITERATION_NAME } from "../../chart/axisNames";
import type { CardHost } from "../../chart/card";
import type { ChartModel, LabChart } from "../../chart/model";
import { PlotPicture, type LinePlot, type PlotLine } from "../../chart/plotPicture";
import type { ReadoutItem } from "../../chart/readout";

interface Shown extends Analyzed<"sharpness"> {
  /** All of the run so far, one of each iteration, in their order. */
  readonly all: readonly Analyzed<"sharpness">[];
}

export function createSharpness(host: CardHost): LabChart {
  let all: readonly Analyzed<"sharpness">[] = [];
  const prepare = (analyzed: Analyzed<"sharpness">): Shown => {
    const others = all.filter(({ runId, iteration }) => runId === analyzed.runId && iteration !== analyzed.iteration);
    all = [...others, analyzed].sort((a, b) => a.iteration - b.iteration);
    return { ...analyzed, all };
  };
  return new AnalysisView(host, {
    kind: "sharpness",
    id: "sharpness",
    probed: l10n.t("The sharpness needs the whole model and its loss; of a model in Python, layers are recorded."),
    alongRun: true,
    ownAxis: "iteration",
    texts: {
      title: l10n.t("Sharpness"),
      start: l10n.t("Compute Sharpness"),
      tooltip: l10n.t("Compute the largest eigenvalues of the Hessian of the loss"),
      invitation: [
        l10n.t("Compares the curvature of the loss with the largest one that the learning rate allows."),
        l10n.t("Select Compute Sharpness to start, at the cursor or at several iterations along the run."),
      ].join(" "),
      running: l10n.t("Computing sharpness…"),
    },
    createPicture: (controls) =>
      new PlotPicture<"sharpness", Shown>(
        {
          options: () => ({}),
          prepare,
          choose: l10n.t("Eigenvalues"),
          plots: [{ value: "eigenvalues", label: l10n.t("eigenvalues"), plot: sharpnessPlot }],
          facts: ({ found }) => factsOf(found),
          caption: ({ found }) => captionOf(found),
          summary: ({ found, iteration }) => summaryOf(found, iteration),
        },
        controls,
      ),
  });
}

function factsOf({ threshold, noiseScale }: Sharpness): readonly ReadoutItem[] {
  return [
    ...(threshold === null ? [] : [{ label: l10n.t("threshold"), value: formatValue(threshold, 3) }]),
    ...(noiseScale === null
      ? []
      : [{ label: l10n.t("gradient noise scale"), value: l10n.t("{0} sequences", formatValue(noiseScale, 3)) }]),
  ];
}

function captionOf({ threshold, noiseScale, sequences, batches, batchSize }: Sharpness): readonly string[] {
  return [
    threshold === null
      ? l10n.t("This optimizer scales each parameter, so that the sharpness alone has no threshold.")
      : l10n.t("On a quadratic loss, updates at this learning rate grow where the sharpness is above the threshold."),
    l10n.t("Largest eigenvalues of the Hessian of the loss over {0} training sequences.", formatCount(sequences)),
    noiseScale === null
      ? l10n.t(
          "There is no noise scale: the mean gradient of {0} batches of {1} is below its noise.",
          formatCount(batches),
          formatCount(batchSize),
        )
      : l10n.t(
          "The noise scale, from {0} batches of {1}, is the batch size from which a larger one hardly helps.",
          formatCount(batches),
          formatCount(batchSize),
        ),
    l10n.t("Iterations that were computed before stay in the picture."),
  ];
}

function summaryOf({ eigenvalues, threshold }: Sharpness, iteration: number): string {
  const sharpness = formatValue(eigenvalues[0] ?? NaN, 3);
  return threshold === null
    ? l10n.t("Sharpness at iteration {0}: {1}.", formatCount(iteration), sharpness)
    : l10n.t(
        "Sharpness at iteration {0}: {1}, with a threshold of {2}.",
        formatCount(iteration),
        sharpness,
        formatValue(threshold, 3),
      );
}

function sharpnessPlot(
  { all, found: { threshold: current } }: Shown,
  { header }: ChartModel,
): LinePlot & { readonly title: string } {
  const line = (label: string, dash: readonly number[], of: (found: Sharpness) => number | null): PlotLine => ({
    label,
    dash,
    values: all.map(({ found }) => of(found) ?? NaN),
  });
  const eigenvalues = Math.max(...all.map(({ found }) => found.eigenvalues.length));
  const isScheduled = all.some(({ found }) => found.threshold !== current);
  return {
    kind: "lines",
    title: l10n.t("Largest eigenvalues of the Hessian; iterations computed: {0}", formatCount(all.length)),
    along: "iteration",
    x: all.map(({ iteration }) => iteration),
    xName: ITERATION_NAME,
    xRange: { min: 0, max: header.iterations },
    placeText: (iteration) => l10n.t("iteration {0}:", formatCount(iteration)),
    scale: "linear",
    yName: [l10n.t("eigenvalue of the Hessian"), l10n.t("eigenvalue")],
    lines: [
      line(l10n.t("sharpness"), [], ({ eigenvalues: [first] }) => first ?? null),
      ...(isScheduled ? [line(l10n.t("threshold"), [6, 3], ({ threshold }) => threshold)] : []),
      ...(eigenvalues < 2
        ? []
        : [line(l10n.t("second eigenvalue"), [2, 3], ({ eigenvalues: [, second] }) => second ?? null)]),
    ],
    ...(current === null ? {} : { level: { at: current, label: l10n.t("threshold") } }),
    columns: [
      ...Array.from({ length: eigenvalues }, (_, i) =>
        line(l10n.t("Eigenvalue {0}", i + 1), [], (found) => found.eigenvalues[i] ?? null),
      ),
      line(l10n.t("Threshold"), [], ({ threshold }) => threshold),
      line(l10n.t("Learning rate"), [], ({ learningRate }) => learningRate),
      line(l10n.t("Gradient noise scale"), [], ({ noiseScale }) => noiseScale),
      line(l10n.t("Loss"), [], ({ loss }) => loss),
    ],
  };
}
