import type { FrameRows, TraceHeader, TraceRows } from "../shared/trace/trace";

/**
 * Rows for a page. The vectors of a float32 run were computed in float32, and go as float32: half as much to copy and
 * to compress on the way to the window, where they become float64 again. Scalars, which are sums in float64, stay as
 * they are.
 */
export function packRows(
  { rows, columns }: TraceRows,
  { engine, columns: specs }: Pick<TraceHeader, "engine" | "columns">,
): FrameRows {
  if (engine !== "float32") return { rows, columns };
  const isVector = (index: number): boolean => (specs[index]?.length ?? 1) > 1;
  const numbers = (vectors: boolean): number =>
    columns.reduce((sum, { length }, index) => sum + (isVector(index) === vectors ? length : 0), 0);
  const float32From = numbers(false) * Float64Array.BYTES_PER_ELEMENT;
  const memory = new ArrayBuffer(float32From + numbers(true) * Float32Array.BYTES_PER_ELEMENT);
  const from = { scalar: 0, vector: float32From };
  return {
    rows,
    columns: columns.map((column, index) => {
      const packed = isVector(index)
        ? new Float32Array(memory, from.vector, column.length)
        : new Float64Array(memory, from.scalar, column.length);
      from[isVector(index) ? "vector" : "scalar"] += packed.byteLength;
      packed.set(column);
      return packed;
    }),
  };
}
