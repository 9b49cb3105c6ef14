/** What the card of the fixed points says. */
import * as l10n from "@vscode/l10n";
import { formatCount, formatPercent, formatValue } from "../../../src/shared/words/numberFormat";
import type { FixedPoint, FixedPoints } from "../../../src/shared/trace/dynamics";
import type { TableData, TableLimit } from "../../chart/table";

export const KIND_NAMES: Readonly<Record<FixedPoint["kind"], string>> = {
  stable: l10n.t("stable"),
  saddle: l10n.t("saddle"),
  unstable: l10n.t("unstable"),
};

/** A point of the picture: a fixed one, or a slow one. */
export interface ShownPoint {
  readonly point: FixedPoint;
  readonly slow: boolean;
  /** In the axes of the picture. */
  readonly place: readonly number[];
}

function modulusOf({ re, im }: FixedPoint): number {
  return Math.hypot(re[0] ?? NaN, im[0] ?? NaN);
}

function kindOf({ point, slow }: ShownPoint): string {
  return slow ? l10n.t("slow point") : KIND_NAMES[point.kind];
}

export function countOf(found: FixedPoints, kind: FixedPoint["kind"]): number {
  return found.points.filter((point) => point.kind === kind).length;
}

export function captionOf({
  input,
  starts,
  settled,
  outliers,
  trajectories: { shares },
}: FixedPoints): readonly string[] {
  const [first = 0, second = 0, third = 0] = shares;
  const open = starts - settled - outliers;
  return [
    l10n.t(
      "The first three components have {0} of the variance of the states: {1}, {2}, {3}.",
      formatPercent(first + second + third),
      formatPercent(first),
      formatPercent(second),
      formatPercent(third),
    ),
    input.every((value) => value === 0)
      ? l10n.t("The input is constant: zeros.")
      : l10n.t("The input is constant: {0}.", Array.from(input, (value) => formatValue(value)).join(", ")),
    l10n.t("Lines through saddles and unstable points are the directions in which the state leaves them."),
    ...(open === 0 ? [] : [l10n.t("{0} of {1} starts did not settle.", formatCount(open), formatCount(starts))]),
    ...(outliers === 0
      ? []
      : [l10n.t("{0} starts ended far outside of the visited states, and are left out.", formatCount(outliers))]),
  ];
}

export function summaryOf(found: FixedPoints, iteration: number, components: 2 | 3): string {
  return [
    l10n.t(
      "Fixed points at iteration {0}: {1} stable, {2} saddles, {3} unstable, and {4} slow points.",
      formatCount(iteration),
      formatCount(countOf(found, "stable")),
      formatCount(countOf(found, "saddle")),
      formatCount(countOf(found, "unstable")),
      formatCount(found.slowPoints.length),
    ),
    l10n.t(
      "With the trajectories of {0} sequences, in {1} principal components.",
      formatCount(found.trajectories.sequences),
      formatCount(components),
    ),
  ].join(" ");
}

export function tableOf(points: readonly ShownPoint[], iteration: number, limit: TableLimit): TableData {
  const shown = points.slice(0, limit.rows);
  const title = l10n.t("Fixed points at iteration {0}", formatCount(iteration));
  return {
    caption:
      shown.length < points.length
        ? l10n.t("{0} ({1} of {2} rows)", title, formatCount(shown.length), formatCount(points.length))
        : title,
    columns: [
      l10n.t("Kind"),
      l10n.t("Unstable directions"),
      l10n.t("Largest modulus"),
      l10n.t("Speed"),
      ...[1, 2, 3].map((k) => l10n.t("Component {0}", k)),
    ],
    rows: shown.map((shownPoint) => [
      kindOf(shownPoint),
      shownPoint.point.unstable,
      modulusOf(shownPoint.point),
      Math.sqrt(2 * shownPoint.point.q),
      ...shownPoint.place,
    ]),
  };
}

/** Of the point next to the pointer. */
export function readoutOf(shownPoint: ShownPoint): readonly { readonly label: string; readonly value: string }[] {
  const { point, slow } = shownPoint;
  return [
    { label: kindOf(shownPoint), value: "" },
    { label: l10n.t("unstable directions"), value: formatCount(point.unstable) },
    { label: l10n.t("largest |λ|"), value: formatValue(modulusOf(point), 3) },
    ...(slow ? [{ label: l10n.t("speed"), value: formatValue(Math.sqrt(2 * point.q), 3) }] : []),
  ];
}
