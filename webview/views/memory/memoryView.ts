/** What a network remembers of its inputs: what its last output depends on, and what can be read from its state. */
import * as l10n from "@vscode/l10n";
import type { InputMemory } from "../../../src/shared/trace/dynamics";
import { formatCount, formatValue } from "../../../src/shared/words/numberFormat";
import { AnalysisView, type Analyzed } from "../../chart/analysisView";
import { TIME_STEP_NAME } from "../../chart/axisNames";
import type { CardHost } from "../../chart/card";
import type { LabChart } from "../../chart/model";
import { PlotPicture, type LinePlot, type PlotChoice } from "../../chart/plotPicture";

type Shown = Analyzed<"memory">;
type TitledPlot = LinePlot & { readonly title: string };

/** The Frobenius norm of the derivative. */
const DEPENDENCE = l10n.t("|dy_T/dx_t|");

const PLOTS: readonly [PlotChoice<Shown>, ...PlotChoice<Shown>[]] = [
  {
    value: "output",
    label: l10n.t("dependence of the output"),
    plot: ({ found: { inputGradient, timeSteps } }) => outputPlot(inputGradient ?? new Float64Array(), timeSteps),
    isAvailable: ({ found }) => found.inputGradient !== null,
  },
  { value: "decodable", label: l10n.t("linear decodability"), plot: ({ found }) => decodablePlot(found) },
];

export function createMemory(host: CardHost): LabChart {
  return new AnalysisView(host, {
    kind: "memory",
    id: "memory",
    ownAxis: "timeStep",
    probed: true,
    texts: {
      title: l10n.t("Memory of the inputs"),
      start: l10n.t("Analyze Memory"),
      tooltip: l10n.t("Analyze what the network remembers of its inputs at the iteration of the cursor"),
      invitation: [
        l10n.t("Shows which inputs the last output depends on, and which can be read from the state."),
        l10n.t("Select Analyze Memory to start."),
      ].join(" "),
      running: l10n.t("Analyzing memory…"),
    },
    createPicture: (controls) =>
      new PlotPicture<"memory", Shown>(
        {
          options: () => ({}),
          prepare: (analyzed) => analyzed,
          choose: l10n.t("Kind of memory"),
          plots: PLOTS,
          facts: ({ found }) => [{ label: l10n.t("memory capacity"), value: formatValue(found.capacity, 3) }],
          caption: ({ found }) => captionOf(found),
          summary: ({ found, iteration }) =>
            l10n.t(
              "Memory of the inputs at iteration {0}: a capacity of {1} over {2} steps.",
              formatCount(iteration),
              formatValue(found.capacity, 3),
              formatCount(found.decodable.length),
            ),
        },
        controls,
      ),
  });
}

function captionOf({ inputGradient, sequences, fitted, tested }: InputMemory): readonly string[] {
  return [
    ...(inputGradient === null
      ? [l10n.t("What the output depends on needs the whole model; this is one recorded layer, and its own inputs.")]
      : [
          l10n.t("A state can hold an input that the output does not depend on, and the other way round."),
          l10n.t("The dependence is a root mean square over {0} sequences.", formatCount(sequences)),
        ]),
    l10n.t(
      "The linear map is fitted to {0} states and tested on {1} of other sequences.",
      formatCount(fitted),
      formatCount(tested),
    ),
    l10n.t("The memory capacity is the sum of the positive R² over all steps back."),
  ];
}

function outputPlot(inputGradient: Float64Array, timeSteps: number): TitledPlot {
  return {
    kind: "lines",
    title: l10n.t("Dependence of the last output on the input of each step"),
    along: "timeStep",
    x: Float64Array.from(inputGradient, (_, i) => i + 1),
    xName: TIME_STEP_NAME,
    xRange: { min: 0, max: timeSteps },
    placeText: (step) => l10n.t("step {0}:", formatCount(step)),
    scale: "log",
    yName: [DEPENDENCE],
    lines: [{ label: DEPENDENCE, values: inputGradient }],
  };
}

function decodablePlot({ decodable }: InputMemory): TitledPlot {
  return {
    kind: "lines",
    title: l10n.t("R² of a linear map from the state to the input of earlier steps"),
    along: "other",
    x: Float64Array.from(decodable, (_, lag) => lag),
    xName: [l10n.t("steps back")],
    placeText: (lag) => (lag === 0 ? l10n.t("now:") : l10n.t("{0} steps back:", formatCount(lag))),
    scale: "linear",
    yName: ["R²"],
    lines: [{ label: "R²", values: decodable }],
    level: { at: 0 },
  };
}
