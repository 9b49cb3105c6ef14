/** What the learning-rate range test says, in sentences. */
import * as l10n from "@vscode/l10n";
import type { RateTest, ShownRateTest } from "../../../src/shared/wire/rateTest";
import { formatValue } from "../../../src/shared/words/numberFormat";

export function emptyText(shown: ShownRateTest | null): string {
  if (shown?.phase === "failed") return shown.message ?? l10n.t("The range test failed.");
  if (shown?.phase === "stopped") return l10n.t("The range test was stopped before its first update.");
  if (shown?.phase === "done")
    return l10n.t(
      "The loss is {0} before the first update, so no learning rate can be tested.",
      formatValue(shown.test?.initialLoss ?? NaN),
    );
  if (shown !== null) return l10n.t("Creating the network…");
  return [
    l10n.t("Trains a copy of the experiment while its learning rate grows, and suggests a rate."),
    l10n.t("Select Run Test to start; it runs in its own thread, and no run is saved or changed."),
  ].join(" ");
}

export function progressText({ phase, message, updates, test }: ShownRateTest): string {
  const done = test?.rates.length ?? 0;
  switch (phase) {
    case "starting":
      return message ?? l10n.t("starting…");
    case "running":
      return l10n.t("update {0} of {1}", done, updates);
    case "stopped":
      return l10n.t("stopped at update {0} of {1}", done, updates);
    case "failed":
      return message ?? l10n.t("failed");
    case "done":
      return "";
  }
}

/** The first says what counts. */
export function verdictSentences(test: RateTest): readonly string[] {
  return [...judged(test), ...ended(test)];
}

function judged({ suggested, steepest, lowest, smoothed, initialLoss, fall, noise }: RateTest): readonly string[] {
  if (suggested === null || steepest === null || lowest === null)
    return [
      l10n.t("No rate can be suggested."),
      fall > 0
        ? l10n.t(
            "The loss, {0} at first, falls by {1} at most, and differs by {2} between batches.",
            formatValue(initialLoss),
            formatValue(fall),
            formatValue(noise),
          )
        : l10n.t("No rate lowers the loss, which is {0} at first.", formatValue(initialLoss)),
    ];
  return [
    suggested === Number(steepest.toPrecision(1))
      ? l10n.t("The loss falls fastest at a rate of {0}.", formatValue(steepest, 2))
      : l10n.t(
          "The loss falls fastest at a rate of {0}, but that is too near to {1}, from where it rises.",
          formatValue(steepest, 2),
          formatValue(lowest, 2),
        ),
    l10n.t(
      "The smoothed loss is lowest, {0}, at {1}; at higher rates it rises.",
      formatValue(Math.min(...smoothed)),
      formatValue(lowest, 2),
    ),
    l10n.t("The suggestion is the first of these rates, but at most a tenth of the second."),
    l10n.t("The test sees only the first updates, so try a lower rate too if training is unstable later."),
  ];
}

function ended({ stoppedAt, largestStable }: RateTest): readonly string[] {
  if (stoppedAt === null || largestStable === null) return [];
  return [
    l10n.t(
      "At {0}, the loss was four times its minimum or no longer finite, so the test stopped.",
      formatValue(stoppedAt, 2),
    ),
    l10n.t("A tenth of that rate, {0}, is a common upper limit.", formatValue(largestStable)),
  ];
}
