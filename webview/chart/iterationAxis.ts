/** What the x axis of the charts over iterations counts: iterations, epochs, or seconds of training. */
import * as l10n from "@vscode/l10n";
import { niceStep } from "../../src/shared/scale/axisScale";
import type { AxisUnit } from "./mappedScale";
import type { ScalarModel } from "./model";
import type { XAxis } from "../state/preferences";
import type { RunClock } from "../state/runClock";

export interface IterationAxis {
  readonly kind: XAxis;
  /** With its unit: "time (s)". */
  readonly name: string;
  /** The last iteration that it shows. */
  readonly max: number;
  /** Null: the axis counts iterations. */
  readonly unit: AxisUnit | null;
  /**
   * From the iterations of another run to those of this run at the same place of the axis, and back. Null where that is
   * not known: this page did not see that run train.
   */
  placesOf(runId: string): AxisUnit | null;
}

type AxisModel = Pick<ScalarModel, "header" | "window" | "preferences" | "clockOf" | "ghosts">;

const SAME: AxisUnit = { toShown: (iteration) => iteration, toValue: (iteration) => iteration };

/** The chosen one, where the run has it; else iterations. */
export function iterationAxis(model: AxisModel): IterationAxis {
  const { preferences, header } = model;
  const perEpoch = batchesPerEpoch(model);
  const clock = model.clockOf(header.runId);
  if (preferences.xAxis === "epoch" && perEpoch !== null) return epochAxis(model, perEpoch);
  if (preferences.xAxis === "time" && clock?.isKnown === true) return timeAxis(model, clock);
  return {
    kind: "iteration",
    name: l10n.t("iteration"),
    max: model.window.to,
    unit: null,
    placesOf: () => SAME,
  };
}

/** Null where training does not go through its sequences in batches. */
export function batchesPerEpoch({ header }: Pick<AxisModel, "header">): number | null {
  const batches = header.data?.batchesPerEpoch ?? 1;
  return batches > 1 ? batches : null;
}

function epochAxis({ window, clockOf }: AxisModel, perEpoch: number): IterationAxis {
  return {
    kind: "epoch",
    name: l10n.t("epoch"),
    max: window.to,
    unit: { toShown: (iteration) => iteration / perEpoch, toValue: (epoch) => epoch * perEpoch },
    placesOf(runId) {
      const theirs = clockOf(runId)?.batchesPerEpoch ?? 1;
      if (theirs <= 1) return null;
      const scale = perEpoch / theirs;
      return { toShown: (iteration) => iteration * scale, toValue: (iteration) => iteration / scale };
    },
  };
}

/** Longer than so many of one unit is shown in the next one. */
const MOST_OF_A_UNIT = 120;
const TIME_UNITS: readonly { readonly ms: number; readonly most: number; readonly name: string }[] = [
  { ms: 1, most: 1000, name: l10n.t("training time (ms)") },
  { ms: 1000, most: MOST_OF_A_UNIT, name: l10n.t("training time (s)") },
  { ms: 60_000, most: MOST_OF_A_UNIT, name: l10n.t("training time (min)") },
  { ms: 3_600_000, most: Infinity, name: l10n.t("training time (h)") },
];

function timeAxis(model: AxisModel, clock: RunClock): IterationAxis {
  const { window } = model;
  const end = endOf(model, clock);
  const { ms, name } = TIME_UNITS.find((unit) => end < unit.most * unit.ms) ?? TIME_UNITS[0]!;
  return {
    kind: "time",
    name,
    max: Math.max(clock.iterationAt(end), window.from + 1),
    unit: {
      toShown: (iteration) => clock.msAt(iteration) / ms,
      toValue: (shown) => clock.iterationAt(shown * ms),
    },
    placesOf(runId) {
      if (runId === clock.runId) return SAME;
      const theirs = model.clockOf(runId);
      if (theirs?.isKnown !== true) return null;
      return {
        toShown: (iteration) => clock.iterationAt(theirs.msAt(iteration)),
        toValue: (iteration) => theirs.iterationAt(clock.msAt(iteration)),
      };
    },
  };
}

/** Milliseconds: a round number, so that the axis stays where it is while the run goes on. */
function endOf(model: AxisModel, clock: RunClock): number {
  const { window, ghosts } = model;
  const own = clock.msAt(window.to);
  if (!window.isWhole) return own;
  const others = ghosts.flatMap(({ runId, iteration }) => {
    const theirs = model.clockOf(runId);
    return theirs?.isKnown === true ? [theirs.msAt(iteration.at(-1) ?? 0)] : [];
  });
  const reached = Math.max(clock.msAt(window.last), ...others);
  const step = niceStep(reached / 4);
  return Math.ceil(reached / step - 1e-9) * step;
}
