import type { NamedTensor } from "../core/numerics/tensor";

/** JSON has no NaN and no infinities; they are written as the texts "NaN", "Infinity" and "-Infinity". */
export function jsonNumber(value: number): number | string {
  return Number.isFinite(value) ? value : String(value);
}

export type Nested = number | string | Nested[];

/** [[1, 2], [3, 4]] for shape [2, 2]. */
export function nestedValues({ shape, values }: Pick<NamedTensor, "shape" | "values">): Nested {
  const [length, ...inner] = shape;
  if (length === undefined) return jsonNumber(values[0] ?? NaN);
  const stride = values.length / length;
  return Array.from({ length }, (_, i) =>
    nestedValues({ shape: inner, values: values.slice(i * stride, (i + 1) * stride) }),
  );
}
