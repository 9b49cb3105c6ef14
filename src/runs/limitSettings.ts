import * as l10n from "@vscode/l10n";
import { describeValue } from "../lib/outsideText";

/** A setting that limits the saved runs. `package.json` declares the same default and minimum. */
export interface LimitSetting {
  readonly key: string;
  readonly fallback: number;
  readonly minimum: number;
  readonly isWhole: boolean;
}

/** Number of runs. */
export const KEEP_SETTING: LimitSetting = { key: "rnnLab.runs.keep", fallback: 200, minimum: 1, isWhole: true };
/** In gigabytes. */
export const MAX_SIZE_SETTING: LimitSetting = {
  key: "rnnLab.runs.maxSize",
  fallback: 5,
  minimum: 0.1,
  isWhole: false,
};

export interface CheckedLimit {
  readonly value: number;
  /** A sentence for the user when the default was used instead; otherwise null. */
  readonly problem: string | null;
}

/** @param value whatever stands in a settings file */
export function checkLimit({ key, fallback, minimum, isWhole }: LimitSetting, value: unknown): CheckedLimit {
  if (typeof value === "number" && Number.isFinite(value) && value >= minimum && (!isWhole || Number.isInteger(value)))
    return { value, problem: null };
  const problem = isWhole
    ? l10n.t(
        "The setting {0} must be a whole number from {1}; it is {2}. The default is used: {3}.",
        key,
        minimum,
        describeValue(value),
        fallback,
      )
    : l10n.t(
        "The setting {0} must be a number from {1}; it is {2}. The default is used: {3}.",
        key,
        minimum,
        describeValue(value),
        fallback,
      );
  return { value: fallback, problem };
}
