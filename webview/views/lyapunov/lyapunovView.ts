/** How fast small changes of the state grow along the path under a constant input: the Lyapunov exponents. */
import * as l10n from "@vscode/l10n";
import type { Lyapunov } from "../../../src/shared/trace/dynamics";
import { formatCount, formatValue } from "../../../src/shared/words/numberFormat";
import { AnalysisView, type Analyzed } from "../../chart/analysisView";
import type { CardHost } from "../../chart/card";
import { ConstantInput } from "../../chart/constantInput";
import type { LabChart } from "../../chart/model";
import { PlotPicture, type LinePlot, type PlotChoice } from "../../chart/plotPicture";
import type { ReadoutItem } from "../../chart/readout";

type Shown = Analyzed<"lyapunov">;
type TitledPlot = LinePlot & { readonly title: string };

/** Exponents whose estimates are drawn against the number of steps. */
const FOLLOWED = 4;
const PER_STEP = [l10n.t("exponent per step"), l10n.t("per step")];
const DASHES = [[], [6, 3], [2, 3], [8, 3, 2, 3]] as const;

const PLOTS: readonly [PlotChoice<Shown>, ...PlotChoice<Shown>[]] = [
  { value: "spectrum", label: l10n.t("spectrum"), plot: ({ found }) => spectrumPlot(found) },
  { value: "convergence", label: l10n.t("convergence"), plot: ({ found }) => convergencePlot(found) },
];

export function createLyapunov(host: CardHost): LabChart {
  return new AnalysisView(host, {
    kind: "lyapunov",
    id: "lyapunov",
    ownAxis: "iteration",
    texts: {
      title: l10n.t("Lyapunov exponents"),
      start: l10n.t("Compute Exponents"),
      tooltip: l10n.t("Compute the Lyapunov exponents at the iteration of the cursor"),
      invitation: [
        l10n.t("Shows whether small changes of the state grow (chaos) or shrink under a constant input."),
        l10n.t("Select Compute Exponents to start."),
      ].join(" "),
      running: l10n.t("Computing exponents…"),
    },
    createPicture(controls) {
      const input = new ConstantInput(controls.start);
      return new PlotPicture<"lyapunov", Shown>(
        {
          options: () => input.read(),
          tools: [input.element],
          prepare: (analyzed) => analyzed,
          choose: l10n.t("Exponents"),
          plots: PLOTS,
          facts: ({ found }) => factsOf(found),
          caption: ({ found }) => captionOf(found),
          summary: ({ found, iteration }) =>
            l10n.t(
              "Lyapunov exponents at iteration {0}: the largest is {1} per step.",
              formatCount(iteration),
              formatValue(found.exponents[0] ?? NaN, 3),
            ),
        },
        controls,
      );
    },
  });
}

function factsOf({ exponents, dimension }: Lyapunov): readonly ReadoutItem[] {
  return [
    {
      label: l10n.t("largest exponent"),
      value: l10n.t("{0} per step", formatValue(exponents[0] ?? NaN, 4)),
      widest: l10n.t("{0} per step", "-8.888e-88"),
    },
    ...(dimension === null ? [] : [{ label: l10n.t("dimension"), value: formatValue(dimension, 3) }]),
  ];
}

function captionOf({ steps, transient, dimension }: Lyapunov): readonly string[] {
  return [
    l10n.t("A positive exponent means chaos: small changes grow by its exponential with each step."),
    l10n.t("Means over {0} steps after {1}, per step of the network.", formatCount(steps), formatCount(transient)),
    dimension === null
      ? l10n.t("The dimension of the attractor is above the number of exponents computed.")
      : l10n.t("The dimension is that of the attractor by Kaplan and Yorke."),
  ];
}

function spectrumPlot({ exponents }: Lyapunov): TitledPlot {
  return {
    kind: "lines",
    title: l10n.t("Lyapunov exponents in descending order, per step"),
    along: "other",
    x: Float64Array.from(exponents, (_, k) => k + 1),
    xName: [l10n.t("number in descending order"), l10n.t("number")],
    placeText: (k) => l10n.t("number {0}:", formatCount(k)),
    scale: "linear",
    yName: PER_STEP,
    lines: [{ label: l10n.t("exponent per step"), values: exponents }],
    level: { at: 0 },
  };
}

function convergencePlot({ exponents, history, historySteps }: Lyapunov): TitledPlot {
  const k = exponents.length;
  const of = (i: number): Float64Array => historySteps.map((_, row) => history[row * k + i] ?? NaN);
  const lines = Array.from({ length: Math.min(k, FOLLOWED) }, (_, i) => ({
    label: `λ ${i + 1}`,
    values: of(i),
    dash: DASHES[i] ?? [],
  }));
  return {
    kind: "lines",
    title: l10n.t("Estimates of the exponents after more and more steps, per step"),
    along: "other",
    x: historySteps,
    xName: [l10n.t("steps averaged")],
    placeText: (steps) => l10n.t("{0} steps:", formatCount(steps)),
    scale: "linear",
    yName: PER_STEP,
    lines,
    level: { at: 0 },
    columns: Array.from({ length: k }, (_, i) => ({ label: `λ ${i + 1}`, values: of(i) })),
  };
}
