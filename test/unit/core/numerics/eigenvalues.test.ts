import { describe, expect, it } from "vitest";
import { eigenvaluesOf, spectralRadius } from "../../../../src/core/numerics/eigenvalues";
import { finishWork } from "../../../../src/lib/slicedTask";
import { createRandom } from "../../../../src/core/numerics/random";

type Complex = readonly [re: number, im: number];

function spectrum(rows: readonly (readonly number[])[]): Complex[] {
  return ordered(rows.flat(), rows.length);
}

function ordered(matrix: ArrayLike<number>, n: number): Complex[] {
  const { re, im } = finishWork(eigenvaluesOf(matrix, n));
  return Array.from(re, (value, i): Complex => [value, im[i]!]).sort((a, b) => a[0] - b[0] || a[1] - b[1]);
}

/** For each expected eigenvalue the nearest one that was found and not yet taken, within the tolerance. */
function expectSpectrum(found: readonly Complex[], expected: readonly Complex[], tolerance: number): void {
  const left = [...found];
  expect(left.length).toBe(expected.length);
  for (const [re, im] of expected) {
    const distances = left.map((value) => Math.hypot(value[0] - re, value[1] - im));
    const nearest = distances.indexOf(Math.min(...distances));
    expect(distances[nearest]).toBeLessThanOrEqual(tolerance);
    left.splice(nearest, 1);
  }
}

function randomMatrix(n: number, seed: number): Float64Array {
  const random = createRandom(seed);
  return Float64Array.from({ length: n * n }, () => 2 * random.double() - 1);
}

/** By elimination with pivots, as (log |det|, sign). */
function determinant(matrix: Float64Array, n: number): { log: number; sign: number } {
  const a = Float64Array.from(matrix);
  let log = 0;
  let sign = 1;
  for (let k = 0; k < n; k++) {
    let pivot = k;
    for (let i = k + 1; i < n; i++) if (Math.abs(a[i * n + k]!) > Math.abs(a[pivot * n + k]!)) pivot = i;
    if (pivot !== k) {
      sign = -sign;
      for (let j = 0; j < n; j++) [a[k * n + j], a[pivot * n + j]] = [a[pivot * n + j]!, a[k * n + j]!];
    }
    const d = a[k * n + k]!;
    log += Math.log(Math.abs(d));
    sign *= Math.sign(d);
    for (let i = k + 1; i < n; i++) {
      const factor = a[i * n + k]! / d;
      for (let j = k; j < n; j++) a[i * n + j] = a[i * n + j]! - factor * a[k * n + j]!;
    }
  }
  return { log, sign };
}

describe("eigenvalues", () => {
  it("of matrices whose spectrum is known", () => {
    expect(spectrum([[2.5]])).toEqual([[2.5, 0]]);
    expectSpectrum(
      spectrum([
        [2, 1],
        [1, 2],
      ]),
      [
        [1, 0],
        [3, 0],
      ],
      1e-14,
    );
    expectSpectrum(
      spectrum([
        [0, -1],
        [1, 0],
      ]),
      [
        [0, 1],
        [0, -1],
      ],
      1e-14,
    );
    expectSpectrum(
      spectrum([
        [4, 1, 2],
        [0, -3, 5],
        [0, 0, 0.5],
      ]),
      [
        [4, 0],
        [-3, 0],
        [0.5, 0],
      ],
      1e-13,
    );
    // A turn by 0.7 about an axis, times 1.2.
    const c = 1.2 * Math.cos(0.7);
    const s = 1.2 * Math.sin(0.7);
    expectSpectrum(
      spectrum([
        [c, -s, 0],
        [s, c, 0],
        [0, 0, 1.2],
      ]),
      [
        [c, s],
        [c, -s],
        [1.2, 0],
      ],
      1e-13,
    );
    expectSpectrum(
      spectrum([
        [0, 0, 0],
        [0, 0, 0],
        [0, 0, 0],
      ]),
      [
        [0, 0],
        [0, 0],
        [0, 0],
      ],
      0,
    );
  });

  it("of a cyclic shift are the roots of unity, which an unshifted iteration would never find", () => {
    for (const n of [3, 4, 8, 13]) {
      const shift = Array.from({ length: n }, (_, i) =>
        Array.from({ length: n }, (_unused, j) => (j === (i + 1) % n ? 1 : 0)),
      );
      expectSpectrum(
        spectrum(shift),
        Array.from({ length: n }, (_, k): Complex => [
          Math.cos((2 * Math.PI * k) / n),
          Math.sin((2 * Math.PI * k) / n),
        ]),
        1e-12,
      );
    }
  });

  it("of a companion matrix are the roots of its polynomial", () => {
    // (x - 1)(x - 2)(x - 3)(x^2 + 1)
    const polynomial = [-6, 11, -12, 12, -6];
    const companion = Array.from({ length: 5 }, (_, i) =>
      Array.from({ length: 5 }, (_unused, j) => (j === 4 ? -polynomial[i]! : i === j + 1 ? 1 : 0)),
    );
    expectSpectrum(
      spectrum(companion),
      [
        [1, 0],
        [2, 0],
        [3, 0],
        [0, 1],
        [0, -1],
      ],
      1e-9,
    );
  });

  it("of the second difference are 2 - 2 cos(k pi / (n + 1))", () => {
    const n = 40;
    const matrix = Array.from({ length: n }, (_, i) =>
      Array.from({ length: n }, (_unused, j) => (i === j ? 2 : Math.abs(i - j) === 1 ? -1 : 0)),
    );
    expectSpectrum(
      spectrum(matrix),
      Array.from({ length: n }, (_, k): Complex => [2 - 2 * Math.cos(((k + 1) * Math.PI) / (n + 1)), 0]),
      1e-12,
    );
  });

  it.each([2, 3, 5, 10, 32, 64, 100])(
    "of a random matrix of %i rows add up to its trace, multiply to its determinant and come in pairs",
    (n) => {
      const matrix = randomMatrix(n, n);
      const { re, im } = finishWork(eigenvaluesOf(matrix, n));
      let trace = 0;
      let traceOfSquare = 0;
      for (let i = 0; i < n; i++) {
        trace += matrix[i * n + i]!;
        for (let j = 0; j < n; j++) traceOfSquare += matrix[i * n + j]! * matrix[j * n + i]!;
      }
      expect(re.reduce((a, b) => a + b, 0)).toBeCloseTo(trace, 10);
      expect(re.reduce((sum, value, i) => sum + value * value - im[i]! * im[i]!, 0)).toBeCloseTo(traceOfSquare, 8);
      const { log, sign } = determinant(matrix, n);
      expect(re.reduce((sum, value, i) => sum + Math.log(Math.hypot(value, im[i]!)), 0)).toBeCloseTo(log, 8);
      expect([...re].filter((value, i) => im[i] === 0 && value < 0).length % 2 === 0 ? 1 : -1).toBe(sign);
      expect(im.reduce((a, b) => a + b, 0)).toBe(0);
    },
  );

  it("make the matrix minus each of them singular", () => {
    const n = 12;
    const matrix = randomMatrix(n, 5);
    const { re, im } = finishWork(eigenvaluesOf(matrix, n));
    const scale = determinant(matrix, n).log;
    for (let k = 0; k < n; k++) {
      if (im[k] !== 0) continue;
      const moved = matrix.map((value, i) => (i % (n + 1) === 0 ? value - re[k]! : value));
      expect(determinant(moved, n).log).toBeLessThan(scale - 25);
    }
  });

  it("are unknown where an entry is not finite, and the spectral radius with them", () => {
    const values = finishWork(eigenvaluesOf([1, NaN, 0, 2], 2));
    expect([...values.re]).toEqual([NaN, NaN]);
    expect(spectralRadius(values)).toBeNaN();
  });

  it("are worked out in pieces", () => {
    const work = eigenvaluesOf(randomMatrix(50, 1), 50);
    let pieces = 0;
    while (work.next().done !== true) pieces++;
    expect(pieces).toBeGreaterThan(48);
  });
});

it("the spectral radius is the largest modulus", () => {
  expect(spectralRadius({ re: Float64Array.of(0.5, 3, -3), im: Float64Array.of(0, 4, 4) })).toBe(5);
});
