/** The psychometric curve of a network as JSON and as a table in a terminal. */
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

export function psychometricReport({ trials, contexts, ...all }: Psychometric) {
  return {
    trials,
    ...curveReport(all),
    ...(contexts.length === 0
      ? {}
      : {
          contexts: contexts.map(({ modality, deciding, ignored }) => ({
            modality,
            deciding: curveReport(deciding),
            ignored: curveReport(ignored),
          })),
        }),
  };
}

function curveReport({ points, fit }: PsychometricCurve) {
  return {
    psychometric: points.map((point) => ({
      ...point,
      choice1: jsonNumber(shareOfFirst(point)),
      interval: intervalOf(point),
    })),
    fit: fit === null ? null : { bias: jsonNumber(fit.bias), threshold: jsonNumber(fit.threshold) },
  };
}

/** Of 95%, of the share of choice 1. */
function intervalOf({ first, second }: PsychometricPoint): readonly [low: number, high: number] {
  const { low, high } = shareOf(first, first + second);
  return [low, high];
}

const BAR = 40;

export function describePsychometric({ trials, points, fit, contexts }: Psychometric): readonly string[] {
  return [
    `on ${trials} new trials; coherence in percent, above 0 for evidence of choice 1; P(1) of the trials with a choice`,
    ...describePoints(points),
    fitLine(fit),
    ...contexts.flatMap(({ modality, deciding, ignored }) => [
      ...(contexts.length > 1
        ? [
            `where modality ${modality} decides, by its coherence`,
            ...describePoints(deciding.points),
            fitLine(deciding.fit),
          ]
        : []),
      `where modality ${modality} decides, by the coherence of modality ${3 - modality}`,
      ...describePoints(ignored.points),
    ]),
  ];
}

function describePoints(points: readonly PsychometricPoint[]): readonly string[] {
  const heading = ["coherence", "trials", "choice 1", "choice 2", "fixates", "P(1)"];
  return [heading.map((word) => word.padStart(9)).join("") + "95% interval".padStart(15), ...points.map(rowOf)];
}

function rowOf(point: PsychometricPoint): string {
  const { coherence, first, second } = point;
  const share = shareOfFirst(point);
  const cells = [formatValue(coherence), point.trials, first, second, point.trials - first - second];
  const words = cells.map((cell) => String(cell).padStart(9)).join("");
  if (Number.isNaN(share)) return `${words}${"–".padStart(9)}`;
  const interval = intervalOf(point)
    .map((end) => end.toFixed(3))
    .join("–");
  return `${words}${share.toFixed(3).padStart(9)}${interval.padStart(15)}  ${"█".repeat(Math.round(BAR * share))}`.trimEnd();
}

function fitLine(fit: LogisticFit | null): string {
  return fit === null
    ? "no logistic fit: the choices do not overlap"
    : `logistic fit: both choices equally likely at ${formatValue(fit.bias, 3)}%, ` +
        `75% choice 1 at ${formatValue(fit.threshold, 3)}% more`;
}
