/** What `--confirm-best` has found, in words and as JSON. */
import { formatValue } from "../shared/words/numberFormat";
import type { SweepParameter } from "../shared/wire/sweep";
import type { Contender, Verdict } from "../sweepPlan/confirmation";
import { jsonNumber } from "./jsonNumbers";
import { describeValues } from "./sweepValues";

export function createConfirmationReport(
  { figure, contenders, applied, fallenBack }: Verdict,
  parameters: readonly SweepParameter[],
) {
  return {
    figure,
    runs: contenders.reduce((sum, { runs }) => sum + runs.length, 0),
    // The winner first.
    combinations: contenders.map(({ rank, best, runs, median, worst }) => ({
      rank,
      ...Object.fromEntries(parameters.map(({ key }, i) => [key, best.values[i]])),
      inSweep: jsonNumber(best[figure]),
      median: jsonNumber(median),
      worst: jsonNumber(worst),
      results: runs.map((run) => ({ seed: run.seed, status: run.status, [figure]: jsonNumber(run[figure]) })),
    })),
    seed: applied.seed,
    fellBack: fallenBack !== null,
  };
}

export function confirmationLines(
  { figure, contenders, applied, fallenBack }: Verdict,
  parameters: readonly SweepParameter[],
): string[] {
  const number = (value: number): string => (Number.isNaN(value) ? "diverged" : formatValue(value, 3));
  const columns = [
    ["in the sweep", ({ best }: Contender) => number(best[figure])],
    ["median", ({ median }: Contender) => number(median)],
    ["worst", ({ worst }: Contender) => number(worst)],
    ["new seeds", ({ runs }: Contender) => String(runs.length)],
  ] as const;
  const widths = columns.map(([title, text]) =>
    Math.max(title.length, ...contenders.map((contender) => text(contender).length)),
  );
  const [winner] = contenders;
  const seeds = winner.runs.map(({ seed }) => seed);
  const runs = contenders.reduce((sum, contender) => sum + contender.runs.length, 0);
  return [
    `best by ${figure} with seeds ${seeds.join(", ")}, after ${runs} runs`,
    `  ${columns.map(([title], c) => title.padStart(widths[c]!)).join("  ")}`,
    ...contenders.map((contender) => {
      const figures = columns.map(([, text], c) => text(contender).padStart(widths[c]!)).join("  ");
      return `  ${figures}  ${describeValues(parameters, contender.best.values)}`.trimEnd();
    }),
    ...(applied.status === "done" ? [`Seed ${applied.seed} gives the median of the first line.`] : []),
    ...(fallenBack === null ? [] : [fallenBackLine(fallenBack, figure, number)]),
  ];
}

function fallenBackLine(
  { contender: { best, median }, spread }: NonNullable<Verdict["fallenBack"]>,
  figure: Verdict["figure"],
  number: (value: number) => string,
): string {
  const drop = `The best of the sweep fell back from ${number(best[figure])} to a median of ${number(median)}`;
  return `${drop}, by more than its new seeds differ (${formatValue(spread, 3)}): it was partly luck.`;
}
