/** How often a network makes each choice, by the strength of the evidence, on trials that training has not seen. */
import * as l10n from "@vscode/l10n";
import {
  fittedShare,
  hasPsychometric,
  shareOfFirst,
  type Psychometric,
  type PsychometricCurve,
  type PsychometricPoint,
} from "../../../src/shared/trace/psychometric";
import { shareOf } from "../../../src/shared/wire/sweepSummary";
import { formatCount, formatValue } from "../../../src/shared/words/numberFormat";
import { AnalysisView, type Analyzed } from "../../chart/analysisView";
import type { CardHost } from "../../chart/card";
import type { LabChart } from "../../chart/model";
import { PlotPicture, type LinePlot, type PlotChoice, type PlotLine } from "../../chart/plotPicture";
import type { ReadoutItem } from "../../chart/readout";

type Shown = Analyzed<"psychometric">;
type TitledPlot = LinePlot & { readonly title: string };

interface NamedCurve extends PsychometricCurve {
  readonly name: string;
}

/** What is along the x-axis. */
interface Evidence {
  readonly axis: string;
  readonly title: string;
  readonly placeText: (evidence: number) => string;
}

const COHERENCE: Evidence = {
  axis: l10n.t("coherence (%)"),
  title: l10n.t("Share of choice 1 by the coherence"),
  placeText: (coherence) => l10n.t("coherence {0}:", percent(coherence)),
};
const DIFFERENCE: Evidence = {
  axis: l10n.t("first strength − second"),
  title: l10n.t("Share of choice 1 by the difference of the strengths"),
  placeText: (difference) => l10n.t("difference {0}:", formatValue(difference)),
};
const RATIO: Evidence = {
  axis: l10n.t("ln (first strength / second)"),
  title: l10n.t("Share of choice 1 by the ratio of the strengths"),
  placeText: (logRatio) => l10n.t("ratio {0}:", ratioText(logRatio)),
};

/** Places of a fitted curve that is drawn. */
const CURVE_POINTS = 120;
/** Beyond the axes, as a share of them, so that dots at their ends are whole. */
const MARGIN = 0.03;

const PLOTS: readonly [PlotChoice<Shown>, ...PlotChoice<Shown>[]] = [
  {
    value: "all",
    label: l10n.t("all trials"),
    plot: ({ found }) => plotAll(found, COHERENCE),
    isAvailable: ({ found }) => found.measure === "coherence",
  },
  {
    value: "difference",
    label: l10n.t("by the difference"),
    plot: ({ found }) => plotAll(found, DIFFERENCE),
    isAvailable: ({ found }) => found.measure === "difference",
  },
  {
    value: "ratio",
    label: l10n.t("by the ratio"),
    plot: ({ found: { ratio } }) => plotAll(ratio!, RATIO),
    isAvailable: ({ found }) => found.ratio !== null,
    facts: ({ found: { ratio } }) => factsOf(ratio!.fit, factorText),
    summary: ({ found: { ratio }, iteration }) => summaryOf(ratio!.fit, factorText, iteration),
  },
  {
    value: "contexts",
    label: l10n.t("by context"),
    plot: ({ found }) => plotContexts(found),
    isAvailable: ({ found }) => found.contexts.length > 1,
  },
  {
    value: "ignored",
    label: l10n.t("by the modality to ignore"),
    plot: ({ found }) => plotIgnored(found),
    isAvailable: ({ found }) => found.contexts.length > 0,
  },
];

export function createPsychometric(host: CardHost): LabChart {
  return new AnalysisView(host, {
    kind: "psychometric",
    id: "psychometric",
    ownAxis: "iteration",
    isAvailable: ({ header }) => hasPsychometric(header),
    texts: {
      title: l10n.t("Psychometric curve"),
      start: l10n.t("Compute Curve"),
      tooltip: l10n.t("Compute how often each choice is made, by the evidence, at the iteration of the cursor"),
      invitation: [
        l10n.t("Shows how often the network makes each choice, by the strength of the evidence."),
        l10n.t("Select Compute Curve to start."),
      ].join(" "),
      running: l10n.t("Computing the psychometric curve…"),
    },
    createPicture: (controls) =>
      new PlotPicture<"psychometric", Shown>(
        {
          options: () => ({}),
          prepare: (analyzed) => analyzed,
          choose: l10n.t("Trials"),
          plots: PLOTS,
          facts: ({ found: { fit, measure } }) => factsOf(fit, textOf(measure)),
          caption: ({ found }) => captionOf(found),
          summary: ({ found: { fit, measure }, iteration }) => summaryOf(fit, textOf(measure), iteration),
        },
        controls,
      ),
  });
}

type EvidenceText = (evidence: number) => string;

function factsOf(fit: PsychometricCurve["fit"], text: EvidenceText): readonly ReadoutItem[] {
  if (fit === null) return [];
  return [
    { label: l10n.t("bias"), value: text(fit.bias) },
    { label: l10n.t("threshold"), value: text(fit.threshold) },
  ];
}

function captionOf({ measure, trials, points, fit, contexts, ratio }: Psychometric): readonly string[] {
  const undecided = points.reduce((sum, { trials: all, first, second }) => sum + all - first - second, 0);
  return [
    measure === "coherence"
      ? l10n.t("{0} new trials; a coherence above 0 is evidence of choice 1.", formatCount(trials))
      : l10n.t("{0} new trials; choice 1 is right where the first strength is larger.", formatCount(trials)),
    undecided === 0
      ? l10n.t("Bars are 95% intervals.")
      : l10n.t("Bars are 95% intervals; {0} trials without a choice are left out.", formatCount(undecided)),
    fit === null
      ? l10n.t("No curve is fitted: the choices do not overlap, so that its slope has no limit.")
      : l10n.t("The curve is logistic, of maximum likelihood; the threshold is from the bias to 75% choice 1."),
    ...(ratio === null ? [] : [ratioWords(ratio)]),
    ...(contexts.length < 2 ? [] : contexts.map(contextWords)),
  ];
}

function ratioWords({ fit }: PsychometricCurve): string {
  return fit === null
    ? l10n.t("By the ratio of the strengths, the choices do not overlap.")
    : l10n.t(
        "By the ratio of the strengths: equally likely at {0}, 75% choice 1 at {1} times that.",
        ratioText(fit.bias),
        ratioText(fit.threshold),
      );
}

function contextWords({ modality, deciding: { fit } }: Psychometric["contexts"][number]): string {
  return fit === null
    ? l10n.t("Where modality {0} decides, the choices do not overlap.", modality)
    : l10n.t(
        "Where modality {0} decides: bias {1}, threshold {2}.",
        modality,
        percent(fit.bias),
        percent(fit.threshold),
      );
}

function summaryOf(fit: PsychometricCurve["fit"], text: EvidenceText, iteration: number): string {
  const at = formatCount(iteration);
  return fit === null
    ? l10n.t("Psychometric curve at iteration {0}: the choices do not overlap.", at)
    : l10n.t("Psychometric curve at iteration {0}: bias {1}, threshold {2}.", at, text(fit.bias), text(fit.threshold));
}

function textOf(measure: Psychometric["measure"]): EvidenceText {
  return measure === "coherence" ? percent : (difference) => formatValue(difference, 3);
}

function percent(value: number): string {
  return `${formatValue(value, 3)}%`;
}

function factorText(logRatio: number): string {
  return `×${ratioText(logRatio)}`;
}

function ratioText(logRatio: number): string {
  return formatValue(Math.exp(logRatio), 3);
}

function plotAll({ points, fit }: PsychometricCurve, by: Evidence): TitledPlot {
  const { values, fitted } = lineOf({ name: "", points, fit }, evidenceOf([{ points }]));
  return {
    ...plotOf([{ name: l10n.t("choice 1"), points, fit }], by),
    title: by.title,
    columns: [
      { label: l10n.t("Trials"), values: points.map(({ trials }) => trials) },
      { label: l10n.t("Choice {0}", 1), values: points.map(({ first }) => first) },
      { label: l10n.t("Choice {0}", 2), values: points.map(({ second }) => second) },
      { label: l10n.t("Share of choice 1"), values },
      { label: l10n.t("Lower end"), values: fitted.low },
      { label: l10n.t("Upper end"), values: fitted.high },
      {
        label: l10n.t("Fitted"),
        values: points.map(({ evidence }) => (fit === null ? NaN : fittedShare(fit, evidence))),
      },
    ],
  };
}

function plotContexts({ contexts }: Psychometric): TitledPlot {
  return {
    ...plotOf(
      contexts.map(({ modality, deciding }) => ({ name: decides(modality), ...deciding })),
      COHERENCE,
    ),
    title: l10n.t("Share of choice 1 by the coherence of the modality that decides"),
  };
}

function plotIgnored({ contexts }: Psychometric): TitledPlot {
  return {
    ...plotOf(
      contexts.map(({ modality, ignored }) => ({ name: decides(modality), ...ignored })),
      { ...COHERENCE, axis: l10n.t("coherence of the other modality (%)") },
    ),
    title: l10n.t("Share of choice 1 by the coherence of the modality to ignore"),
  };
}

function decides(modality: number): string {
  return l10n.t("modality {0} decides", modality);
}

function plotOf(curves: readonly NamedCurve[], { axis, placeText }: Evidence): Omit<LinePlot, "columns"> {
  const x = evidenceOf(curves);
  const [from = 0, to = 0] = [x[0], x.at(-1)];
  const room = MARGIN * (to - from);
  return {
    kind: "lines",
    along: "other",
    x,
    xName: [axis],
    xRange: { min: from - room, max: to + room },
    fractional: true,
    placeText,
    scale: "linear",
    yName: [l10n.t("share of choice 1"), l10n.t("choice 1")],
    yRange: { min: -MARGIN, max: 1 + MARGIN },
    lines: curves.map((curve) => lineOf(curve, x)),
    level: { at: 0.5 },
  };
}

function evidenceOf(curves: readonly Pick<PsychometricCurve, "points">[]): number[] {
  const all = curves.flatMap(({ points }) => points.map(({ evidence }) => evidence));
  return [...new Set(all)].sort((a, b) => a - b);
}

function lineOf({ name, points, fit }: NamedCurve, x: readonly number[]): Required<Omit<PlotLine, "dash">> {
  const at = x.map((evidence) => points.find((point) => point.evidence === evidence));
  const ends = at.map((point) => (point === undefined ? null : shareOf(point.first, choicesOf(point))));
  const [from = 0, to = 0] = [x[0], x.at(-1)];
  const places = Array.from({ length: CURVE_POINTS + 1 }, (_, i) => from + (i * (to - from)) / CURVE_POINTS);
  return {
    label: name,
    values: at.map((point) => (point === undefined ? NaN : shareOfFirst(point))),
    fitted: {
      low: ends.map((end) => end?.low ?? NaN),
      high: ends.map((end) => end?.high ?? NaN),
      curve: fit === null ? [] : places.map((place) => ({ x: place, y: fittedShare(fit, place) })),
    },
  };
}

function choicesOf({ first, second }: PsychometricPoint): number {
  return first + second;
}
