/**
 * The Sobol sequence in the order of Gray codes (Antonov and Saleev, 1979), scrambled by a random lower triangular
 * matrix and a digital shift for each dimension (Matoušek, J. Complexity 14, 1998): evenly spread, and another one for
 * each seed.
 */
import { JOE_KUO } from "./joeKuo";
import { seededDraw } from "./draws";
import type { Draw } from "./space";

export const MAX_SOBOL_DIMENSIONS = JOE_KUO.length + 1;
/** Of a coordinate; as many points as 2 ** BITS. */
const BITS = 30;

/** From the number of a point, from 0, to its coordinates in [0, 1). @param seed null: not scrambled */
export function createSobol(dimensions: number, seed: number | null): (index: number) => number[] {
  if (dimensions > MAX_SOBOL_DIMENSIONS)
    throw new RangeError(`${dimensions} dimensions; the Sobol sequence has at most ${MAX_SOBOL_DIMENSIONS}`);
  const draw = seed === null ? null : seededDraw(seed, 0);
  const columns = Array.from({ length: dimensions }, (_, d) => {
    const directions = directionNumbers(d);
    return draw === null ? directions : scrambled(directions, draw);
  });
  const shifts = columns.map(() => (draw === null ? 0 : Math.floor(draw() * 2 ** BITS)));
  return (index) => {
    const gray = index ^ (index >>> 1);
    return columns.map((column, d) => {
      let bits = shifts[d]!;
      for (let k = 0; k < BITS; k++) if ((gray >>> k) & 1) bits ^= column[k]!;
      return bits / 2 ** BITS;
    });
  };
}

/** Of one dimension, each with its binary point before bit BITS - 1. */
function directionNumbers(dimension: number): number[] {
  if (dimension === 0) return Array.from({ length: BITS }, (_, k) => 2 ** (BITS - 1 - k));
  const [polynomial, ...first] = JOE_KUO[dimension - 1]!;
  const degree = first.length;
  const directions = first.map((m, k) => m * 2 ** (BITS - 1 - k));
  for (let k = degree; k < BITS; k++) {
    let next = directions[k - degree]! ^ (directions[k - degree]! >>> degree);
    for (let j = 1; j < degree; j++) if ((polynomial >>> (degree - j)) & 1) next ^= directions[k - j]!;
    directions.push(next);
  }
  return directions;
}

/** Multiplied by a random lower triangular matrix with ones on its diagonal, modulo 2. */
function scrambled(directions: readonly number[], draw: Draw): number[] {
  // Row r has the digit r counted from the highest: its own bit, and random ones above it.
  const rows = Array.from({ length: BITS }, (_, r) => {
    const above = Math.floor(draw() * 2 ** r);
    return above * 2 ** (BITS - r) + 2 ** (BITS - 1 - r);
  });
  return directions.map((direction) =>
    rows.reduce((bits, row, r) => bits + parity(row & direction) * 2 ** (BITS - 1 - r), 0),
  );
}

function parity(bits: number): number {
  let folded = bits;
  for (const shift of [16, 8, 4, 2, 1]) folded ^= folded >>> shift;
  return folded & 1;
}
