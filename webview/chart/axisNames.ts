/** What the axes of charts are called. Of several names the first that fits is drawn; none where none fits. */
import * as l10n from "@vscode/l10n";

export type AxisName = readonly string[];

export const ITERATION_NAME: AxisName = [l10n.t("iteration")];
export const TIME_STEP_NAME: AxisName = [l10n.t("time step")];
/** The arrow goes left along the x axis, and down where the name stands upright. */
export const BACK_IN_TIME_NAME: AxisName = [l10n.t("← back in time · time step"), l10n.t("← back in time")];
export const LOSS_NAME: AxisName = [l10n.t("loss")];
export const UNIT_NAME: AxisName = [l10n.t("unit")];
/** Of one unit, summed over the batch. */
export const signedGradientName = (state: string): AxisName => [l10n.t("gradient {0}", `dL/d${state}`), `dL/d${state}`];
/** The size of the gradient that reaches a state. */
export const stateGradientName = (state: string): AxisName => [
  l10n.t("gradient norm {0}", `|dL/d${state}|`),
  `|dL/d${state}|`,
];
