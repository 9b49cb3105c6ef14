/** Tables for the cases with data of their own. */
import type { Draw } from "./draw";

/** @param columns of equal length, by name */
export function csvOf(columns: Readonly<Record<string, readonly number[]>>): string {
  const names = Object.keys(columns);
  const rows = columns[names[0]!]!.length;
  const lines = [names.join(",")];
  for (let row = 0; row < rows; row++) lines.push(names.map((name) => String(columns[name]![row]!)).join(","));
  return `${lines.join("\n")}\n`;
}

/** y_t = sum of a_k y_(t-k) + noise, after a start that is forgotten. */
export function autoregressive(draw: Draw, rows: number, weights: readonly number[], noise: number): number[] {
  const values = weights.map(() => draw.normal());
  while (values.length < rows + 200)
    values.push(weights.reduce((sum, weight, k) => sum + weight * values.at(-1 - k)!, noise * draw.normal()));
  return values.slice(-rows);
}

/** A wave with a trend of its own amplitude and noise. */
export function seasonal(draw: Draw, rows: number, period: number, noise: number): number[] {
  const phase = draw.uniform(0, 2 * Math.PI);
  return Array.from(
    { length: rows },
    (_, t) =>
      Math.sin((2 * Math.PI * t) / period + phase) + 0.4 * Math.sin((4 * Math.PI * t) / period) + noise * draw.normal(),
  );
}

export interface Block {
  readonly inputs: readonly number[];
  readonly target: number;
}

/** Sequences of one length, one below the other; the target stands in every row of its sequence. */
export function blocksCsv(blocks: readonly Block[]): string {
  return csvOf({
    x: blocks.flatMap(({ inputs }) => inputs),
    y: blocks.flatMap(({ inputs, target }) => inputs.map(() => target)),
  });
}

/** The task that reads {@link blocksCsv}: one window a block, one target at its end. */
export function blocksTask(length: number): Record<string, unknown> {
  return { kind: "csv", file: "data.csv", columns: ["x"], target: "y", length, stride: length, horizon: 0 };
}

export function normals(draw: Draw, count: number): number[] {
  return Array.from({ length: count }, () => draw.normal());
}
