/** The psychometric curve of a network as JSON and as a table in a terminal. */
import { withoutRounding } from "../lib/withoutRounding";
import {
  shareOfFirst,
  type LogisticFit,
  type Psychometric,
  type PsychometricCurve,
  type PsychometricPoint,
} from "../shared/trace/psychometric";
import { shareOf } from "../shared/wire/sweepSummary";
import { formatValue } from "../shared/words/numberFormat";
import { jsonNumber } from "./jsonNumbers";

export function psychometricReport({ measure, trials, contexts, ratio, ...all }: Psychometric) {
  return {
    trials,
    ...curveReport(all, measure),
    ...(ratio === null ? {} : { ratio: curveReport(ratio, "ratio") }),
    ...(contexts.length === 0
      ? {}
      : {
          contexts: contexts.map(({ modality, deciding, ignored }) => ({
            modality,
            deciding: curveReport(deciding, measure),
            ignored: curveReport(ignored, measure),
          })),
        }),
  };
}

type Measure = Psychometric["measure"] | "ratio";

/** Fewer than a logarithm of 12 digits has. */
const RATIO_DIGITS = 10;

/** What the evidence says in numbers that a person knows: the ratio itself instead of its logarithm. */
function inWords(evidence: number, measure: Measure): number {
  return measure === "ratio" ? withoutRounding(Math.exp(evidence), RATIO_DIGITS) : evidence;
}

function curveReport({ points, fit }: PsychometricCurve, measure: Measure) {
  return {
    psychometric: points.map(({ evidence, ...point }) => ({
      [measure]: inWords(evidence, measure),
      ...point,
      choice1: jsonNumber(shareOfFirst(point)),
      interval: intervalOf(point),
    })),
    fit:
      fit === null
        ? null
        : {
            bias: jsonNumber(inWords(fit.bias, measure)),
            threshold: jsonNumber(inWords(fit.threshold, measure)),
          },
  };
}

/** Of 95%, of the share of choice 1. */
function intervalOf({
  first,
  second,
}: Pick<PsychometricPoint, "first" | "second">): readonly [low: number, high: number] {
  const { low, high } = shareOf(first, first + second);
  return [low, high];
}

const BAR = 40;

const EXPLAINED: Readonly<Record<Psychometric["measure"], string>> = {
  coherence: "coherence in percent, above 0 for evidence of choice 1",
  difference: "first strength minus the second, choice 1 where the first is larger",
};

export function describePsychometric(found: Psychometric): readonly string[] {
  const { measure, trials, points, fit, contexts, ratio } = found;
  return [
    `on ${trials} new trials; ${EXPLAINED[measure]}; P(1) of the trials with a choice`,
    ...describePoints(points, measure),
    fitLine(fit, measure),
    ...(ratio === null
      ? []
      : [
          "the same trials by the first strength over the second",
          ...describePoints(ratio.points, "ratio"),
          fitLine(ratio.fit, "ratio"),
        ]),
    ...contexts.flatMap(({ modality, deciding, ignored }) => [
      ...(contexts.length > 1
        ? [
            `where modality ${modality} decides, by its coherence`,
            ...describePoints(deciding.points, measure),
            fitLine(deciding.fit, measure),
          ]
        : []),
      `where modality ${modality} decides, by the coherence of modality ${3 - modality}`,
      ...describePoints(ignored.points, measure),
    ]),
  ];
}

function describePoints(points: readonly PsychometricPoint[], measure: Measure): readonly string[] {
  const heading = [measure.padStart(10), ...["trials", "choice 1", "choice 2", "fixates", "P(1)"].map(cell)].join("");
  return [heading + "95% interval".padStart(15), ...points.map((point) => rowOf(point, measure))];
}

function cell(content: string | number): string {
  return String(content).padStart(9);
}

function rowOf(point: PsychometricPoint, measure: Measure): string {
  const { first, second } = point;
  const share = shareOfFirst(point);
  const counts = [point.trials, first, second, point.trials - first - second];
  const words = formatValue(inWords(point.evidence, measure)).padStart(10) + counts.map(cell).join("");
  if (Number.isNaN(share)) return `${words}${"–".padStart(9)}`;
  const interval = intervalOf(point)
    .map((end) => end.toFixed(3))
    .join("–");
  return `${words}${share.toFixed(3).padStart(9)}${interval.padStart(15)}  ${"█".repeat(Math.round(BAR * share))}`.trimEnd();
}

function fitLine(fit: LogisticFit | null, measure: Measure): string {
  if (fit === null) return "no logistic fit: the choices do not overlap";
  const unit = measure === "coherence" ? "%" : "";
  const [bias, threshold] = [fit.bias, fit.threshold].map((at) => formatValue(inWords(at, measure), 3) + unit);
  const from = measure === "ratio" ? "times that" : "more";
  return `logistic fit: both choices equally likely at ${bias}, 75% choice 1 at ${threshold} ${from}`;
}
