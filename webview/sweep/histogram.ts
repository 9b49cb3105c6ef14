/** How many values lie in each of some equal parts of an axis. */
import { fromUnit, toUnits, type AxisSpec } from "../../src/shared/scale/axisScale";
import type { Bar } from "./barsLayer";

const MIN_BINS = 6;
const MAX_BINS = 40;

/**
 * Equal parts of the axis, as many as the root of the number of values suggests. Values that the axis cannot show are
 * left out.
 */
export function binValues(values: Float64Array<ArrayBuffer>, axis: AxisSpec): Bar[] {
  const shown = toUnits(axis, values).filter((unit) => unit >= 0 && unit <= 1);
  const bins = Math.min(MAX_BINS, Math.max(MIN_BINS, Math.ceil(2 * Math.sqrt(shown.length))));
  const counts = Array.from({ length: bins }, () => 0);
  for (const unit of shown) {
    const bin = Math.min(bins - 1, Math.floor(unit * bins));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return counts.map((height, bin) => ({
    from: fromUnit(axis, bin / bins),
    to: fromUnit(axis, (bin + 1) / bins),
    height,
  }));
}
