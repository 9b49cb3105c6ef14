import type { AxesAction } from "../../src/shared/wire/panelActions";
import type { Preferences } from "./preferences";

/** What a command goes through, from the raw curve to its trend; the slider has all values between. */
const SMOOTHINGS = [0, 0.6, 0.9, 0.97, 0.99];

/** The preferences after a command. */
export function withAxes(preferences: Preferences, action: AxesAction): Preferences {
  const { smoothing } = preferences;
  switch (action) {
    case "logLossAxis":
      return { ...preferences, lossScale: "log" };
    case "linearLossAxis":
      return { ...preferences, lossScale: "linear" };
    case "iterationAxis":
      return { ...preferences, xAxis: "iteration" };
    case "epochAxis":
      return { ...preferences, xAxis: "epoch" };
    case "timeAxis":
      return { ...preferences, xAxis: "time" };
    case "allIterations":
      return { ...preferences, range: "all" };
    case "recentIterations":
      return { ...preferences, range: "recent" };
    case "afterSpike":
      return { ...preferences, range: "afterSpike" };
    case "moreSmoothing":
      return { ...preferences, smoothing: SMOOTHINGS.find((step) => step > smoothing) ?? smoothing };
    case "lessSmoothing":
      return { ...preferences, smoothing: SMOOTHINGS.findLast((step) => step < smoothing) ?? smoothing };
    case "noSmoothing":
      return { ...preferences, smoothing: 0 };
  }
}
