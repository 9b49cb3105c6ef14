/** One run of a sweep as the text of an experiment file, comments kept. */
import * as l10n from "@vscode/l10n";
import { withoutValue } from "../config/edit/edit";
import { textWithField } from "../config/edit/editField";
import { parseExperiment } from "../config/read/parse";
import type { SweepConfig } from "../config/schema/schema";
import { sweepAxes } from "../config/schema/sweepAxes";
import { isActive, sweepConditions } from "../config/schema/sweepConditions";
import { valueLabel, type Trial } from "../shared/wire/sweep";

/** As many characters as a name may have. */
const MAX_NAME = 200;

/** @param text of the file that was swept */
export function trialText(text: string, trial: Trial): string {
  const sweep = parseExperiment(text).experiment?.sweep;
  if (sweep === null || sweep === undefined) throw new Error(l10n.t("The file has no sweep."));
  const changed = trialChanges(sweep, trial).reduce(
    (before, { path, value }) => textWithField(before, path, value) ?? before,
    withoutValue(text, ["sweep"]) ?? text,
  );
  const { name } = parseExperiment(text).experiment ?? { name: "" };
  return (
    textWithField(
      changed,
      ["name"],
      trialName(
        name,
        sweepAxes(sweep).map(({ path }) => path.at(-1) ?? ""),
        trial,
      ),
    ) ?? changed
  );
}

/** The values of a trial, its seed among them, in an order in which each can be written: a kind before its keys. */
export function trialChanges(
  sweep: SweepConfig,
  { seed, values }: Pick<Trial, "seed" | "values">,
): { readonly path: readonly string[]; readonly value: unknown }[] {
  const swept = sweepAxes(sweep);
  const conditions = sweepConditions(swept);
  const axes = swept
    .map(({ path }, a) => ({ path, value: values[a] }))
    .filter((_, a) => isActive(conditions, values, a))
    .sort((a, b) => a.path.length - b.path.length);
  return [
    ...axes.filter(({ path }) => path.at(-1) === "kind"),
    ...axes.filter(({ path }) => path.at(-1) !== "kind"),
    { path: ["seed"], value: seed },
  ];
}

/** "Binary addition (hiddenSize 4, seed 3)" */
function trialName(name: string, keys: readonly string[], { seed, values }: Trial): string {
  const about = [...keys.map((key, a) => `${key} ${valueLabel(values[a])}`), l10n.t("seed {0}", seed)].join(", ");
  const whole = `${name === "" ? l10n.t("Sweep run") : name} (${about})`;
  return whole.length > MAX_NAME ? `${whole.slice(0, MAX_NAME - 1)}…` : whole;
}
