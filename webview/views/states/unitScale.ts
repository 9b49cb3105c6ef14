/** How the values of a quantity map to colors: around zero, from 0 to 1, or by powers of ten. */
import { linearAxis } from "../../../src/shared/scale/axisScale";
import { divergingTable, viridisTable } from "../../ui/colorMap";
import { colorBound, type ColorBound } from "../../../src/shared/scale/colorBound";
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
  /** Around zero, where the quantity has no bound of its own. */
  readonly around: ColorBound | null;
}

/** @param smallest sizes below it are left out of the decades */
export function unitScale(quantity: Quantity, values: Float64Array, light: boolean, smallest = 0): UnitScale {
  switch (quantity.scale) {
    case "share":
      return { table: SEQUENTIAL, unitOf: (value) => value, ends: ["0", "1"], decades: null, around: null };
    case "size": {
      const sizes = values.map(Math.abs);
      const decades = decadesOf(sizes, 0, sizes.length, smallest) ?? { low: -1, high: 1 };
      const span = decades.high - decades.low;
      return {
        table: SEQUENTIAL,
        unitOf: (value) => (value === 0 ? 0 : (Math.log10(Math.abs(value)) - decades.low) / span),
        ends: ["", ""],
        decades,
        around: null,
      };
    }
    case "signed": {
      const around = quantity.bound === null ? boundOf(values) : null;
      const bound = quantity.bound ?? around?.bound ?? 1;
      return {
        table: light ? DIVERGING.light : DIVERGING.dark,
        unitOf: (value) => 0.5 + value / (2 * bound),
        ends: [formatValue(-bound), formatValue(bound)],
        decades: null,
        around,
      };
    }
  }
}

/**
 * A round number that no value is beyond but for outliers, and at least 1 for values within 1: colors should not creep
 * from frame to frame.
 */
function boundOf(values: ArrayLike<number>): ColorBound {
  const { largest, bound, isClipped } = colorBound([values]);
  if (largest <= 1 && largest > 0.05) return { largest, bound: 1, isClipped: false };
  const axis = linearAxis({ min: 0, max: bound, smallest: bound });
  return { largest, bound: axis.max, isClipped: isClipped && largest > axis.max };
}
