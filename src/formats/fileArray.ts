import * as l10n from "@vscode/l10n";

/** An array of a file, in C order: the last index varies fastest. */
export type FileArray = NumberArray | TextArray;

interface Named {
  /** "" where the file has one array and no names. */
  readonly name: string;
  /** [] is a single value. */
  readonly shape: readonly number[];
  /** As the file names its type: "<f4", "I64". */
  readonly dtype: string;
}

export interface NumberArray extends Named {
  readonly kind: "float" | "integer" | "boolean";
  readonly values: ArrayValues;
}

export interface TextArray extends Named {
  readonly kind: "text";
  readonly values: readonly string[];
}

/** Floats of at most 32 bits and single bytes keep their size; every other number is a double. */
export type ArrayValues = Float64Array<ArrayBuffer> | Float32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>;

/** Integers from here on are not all doubles: 2^53. */
export const EXACT_INTEGERS = 2n ** 53n;

/**
 * The number of values in an array of this shape; null where it is no safe integer, so that no memory could hold it.
 */
export function countElements(shape: readonly number[]): number | null {
  if (shape.includes(0)) return 0;
  const product = shape.reduce((count, length) => count * length, 1);
  return Number.isSafeInteger(product) ? product : null;
}

/** The indices of the value that stands at `position` in C order. */
export function indicesOf(position: number, shape: readonly number[]): readonly number[] {
  const indices: number[] = [];
  let rest = position;
  for (const length of shape.toReversed()) {
    indices.unshift(rest % length);
    rest = Math.floor(rest / length);
  }
  return indices;
}

/** An integer that a double does not hold exactly is refused: it would be read as another one. */
export function inexactInteger(value: bigint, position: number, shape: readonly number[]): Error {
  return new Error(
    l10n.t(
      "the integer {0} at [{1}] has more digits than a float can hold. Subtract an offset from the array",
      String(value),
      indicesOf(position, shape).join(", "),
    ),
  );
}
