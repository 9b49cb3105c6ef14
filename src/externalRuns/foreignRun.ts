import * as l10n from "@vscode/l10n";
import { scalarInRole } from "../shared/trace/scalarRoles";
import { COMPARED_ROLES, curvesOf } from "../runs/probeCurves";
import { thinned, type RunCurves } from "../runs/readCurves";
import { COLUMN } from "../shared/trace/trace";
import { describeNames, describeValue } from "../lib/outsideText";
import type { RestartRule, ScalarPoints } from "./scalarPoints";

/** Where scalars of another program are. */
export type ForeignSource =
  /** A folder with event files, which are one run. */
  | { readonly kind: "tensorboard"; readonly path: string; readonly rule: RestartRule }
  /** A database, which has all runs of a project. */
  | { readonly kind: "trackio"; readonly path: string };

/** A run that another program has recorded: scalars alone. */
export interface ForeignRun extends RunCurves {
  /** Which one of several in a file; null where it is the only one. */
  readonly part: string | null;
  readonly name: string | null;
  /** Milliseconds since 1970; NaN where they are not known. */
  readonly startedAt: number;
  readonly endedAt: number;
  /** The last step. */
  readonly iterations: number;
  readonly loss: number | null;
  /** What of the file is shown, and by which rule, in words for a person. */
  readonly notes: readonly string[];
}

interface Recorded extends Pick<ForeignRun, "part" | "name" | "startedAt" | "endedAt"> {
  readonly points: ScalarPoints;
  readonly rule: RestartRule;
}

/** @param most points of a curve */
export function describeForeign({ points, rule, ...run }: Recorded, most: number): ForeignRun {
  const { names } = points;
  const wanted = COMPARED_ROLES.map((role) => scalarInRole(role, names)).filter((name) => name !== null);
  const shown = wanted.length > 0 ? wanted : names.slice(0, 1);
  const columns = points.columns(shown);
  const loss = scalarInRole(COLUMN.loss, names);
  const losses = loss === null ? [] : points.curve(loss).values;
  let iterations = 0;
  for (const name of names) iterations = Math.max(iterations, points.curve(name).steps.at(-1) ?? 0);
  return {
    ...run,
    iterations,
    loss: losses.at(-1) ?? null,
    notes: [describeTags(names, shown, loss), describeRule(points, rule)].filter((note) => note !== ""),
    curves: thinned(curvesOf(columns), most).curves,
  };
}

function describeTags(names: readonly string[], shown: readonly string[], loss: string | null): string {
  if (names.length === 0) return l10n.t("No scalar was recorded yet.");
  if (loss === null) return l10n.t("None of its scalars is called a loss: {0}.", describeNames(names));
  return loss === "loss" && shown.length === 1 ? "" : l10n.t("Shown are {0}.", shown.map(describeValue).join(", "));
}

function describeRule(points: ScalarPoints, rule: RestartRule): string {
  if (!points.hasGoneBack) return "";
  const shown =
    rule === "tensorboard"
      ? l10n.t(
          "As on TensorBoard's page, each point removes those at its step and later: {0} are left out.",
          points.leftOut,
        )
      : l10n.t("Of each step, the last point is shown: {0} are left out.", points.leftOut);
  return `${l10n.t("It goes back to earlier steps.")} ${shown}`;
}
