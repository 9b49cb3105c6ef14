/** The psychometric curve of a network as JSON and as a table in a terminal. */
import { shareOfFirst, type Psychometric } from "../shared/trace/psychometric";
import { formatValue } from "../shared/words/numberFormat";
import { jsonNumber } from "./jsonNumbers";

export function psychometricReport({ trials, points, fit }: Psychometric) {
  return {
    trials,
    psychometric: points.map((point) => ({ ...point, choice1: jsonNumber(shareOfFirst(point)) })),
    fit: fit === null ? null : { bias: jsonNumber(fit.bias), threshold: jsonNumber(fit.threshold) },
  };
}

const BAR = 40;

export function describePsychometric({ trials, points, fit }: Psychometric): readonly string[] {
  const rows = points.map((point) => {
    const { coherence, first, second } = point;
    const share = shareOfFirst(point);
    const bar = Number.isNaN(share) ? "" : "█".repeat(Math.round(BAR * share));
    const cells = [formatValue(coherence), point.trials, first, second, point.trials - first - second];
    const words = cells.map((cell) => String(cell).padStart(9)).join("");
    return `${words}${(Number.isNaN(share) ? "–" : share.toFixed(3)).padStart(9)}  ${bar}`.trimEnd();
  });
  const heading = ["coherence", "trials", "choice 1", "choice 2", "fixates", "P(1)"];
  return [
    `on ${trials} new trials; coherence in percent, above 0 for evidence of choice 1; P(1) of the trials with a choice`,
    heading.map((word) => word.padStart(9)).join(""),
    ...rows,
    fit === null
      ? "no logistic fit: the choices do not overlap"
      : `logistic fit: both choices equally likely at ${formatValue(fit.bias, 3)}%, ` +
        `75% choice 1 at ${formatValue(fit.threshold, 3)}% more`,
  ];
}
