/** How the values of a quantity map to colors: around zero, from 0 to 1, or by powers of ten. */
import { linearAxis } from "../../../src/shared/scale/axisScale";
import { divergingTable, viridisTable } from "../../ui/colorMap";
import { extentOf } from "../../../src/shared/scale/extent";
import { formatValue } from "../../../src/shared/words/numberFormat";
import type { Quantity } from "../../state/quantities";
import { decadesOf, type DecadeRange } from "../../chart/heatRaster";

const SEQUENTIAL = viridisTable();
const DIVERGING = { light: divergingTable(true), dark: divergingTable(false) } as const;

export interface UnitScale {
  readonly table: Uint32Array;
  readonly unitOf: (value: number) => number;
  /** For a legend. */
  readonly ends: readonly [string, string];
  readonly decades: DecadeRange | null;
}

/** @param smallest sizes below it are left out of the decades */
export function unitScale(quantity: Quantity, values: Float64Array, light: boolean, smallest = 0): UnitScale {
  switch (quantity.scale) {
    case "share":
      return { table: SEQUENTIAL, unitOf: (value) => value, ends: ["0", "1"], decades: null };
    case "size": {
      const sizes = values.map(Math.abs);
      const decades = decadesOf(sizes, 0, sizes.length, smallest) ?? { low: -1, high: 1 };
      const span = decades.high - decades.low;
      return {
        table: SEQUENTIAL,
        unitOf: (value) => (value === 0 ? 0 : (Math.log10(Math.abs(value)) - decades.low) / span),
        ends: ["", ""],
        decades,
      };
    }
    case "signed": {
      const bound = quantity.bound ?? boundOf(values);
      return {
        table: light ? DIVERGING.light : DIVERGING.dark,
        unitOf: (value) => 0.5 + value / (2 * bound),
        ends: [formatValue(-bound), formatValue(bound)],
        decades: null,
      };
    }
  }
}

/**
 * A round number that no value is beyond, and at least 1 for values within 1: colors should not creep from frame to
 * frame.
 */
function boundOf(values: ArrayLike<number>): number {
  const extent = extentOf(values);
  const largest = extent === null ? 1 : Math.max(extent.max, -extent.min);
  if (largest <= 1 && largest > 0.05) return 1;
  const axis = linearAxis({ min: 0, max: largest, smallest: largest });
  return axis.max > 0 ? axis.max : 1;
}
