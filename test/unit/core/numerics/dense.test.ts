import { describe, expect, it } from "vitest";
import { createRandom, normal } from "../../../../src/core/numerics/random";
import { singularValues } from "../../../../src/core/numerics/singularValues";
import { factorize, gramMatrix, solveFactorized, solveLinear } from "../../../../src/core/numerics/solve";
import { lanczos, symmetricEigen } from "../../../../src/core/numerics/symmetricEigen";
import { finishWork } from "../../../../src/lib/slicedTask";

function randomMatrix(n: number, seed: number): Float64Array<ArrayBuffer> {
  const random = createRandom(seed);
  return Float64Array.from({ length: n * n }, () => normal(random));
}

function times(a: Float64Array, v: Float64Array, n: number): Float64Array<ArrayBuffer> {
  return Float64Array.from({ length: n }, (_, i) => v.reduce((sum, value, j) => sum + a[i * n + j]! * value, 0));
}

function full(lower: Float64Array, n: number): Float64Array<ArrayBuffer> {
  return lower.map((value, at) => (at % n > Math.floor(at / n) ? lower[(at % n) * n + Math.floor(at / n)]! : value));
}

function expectNear(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  expect(actual.length).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) expect(Math.abs(actual[i]! - expected[i]!)).toBeLessThan(tolerance);
}

describe.each([1, 2, 3, 7, 20])("a matrix of %i rows", (n) => {
  const a = randomMatrix(n, n);
  const b = randomMatrix(n, 99).slice(0, n);
  const gram = finishWork(gramMatrix(a, n, n));

  it("is solved by elimination, and its normal equations by Cholesky's factor", () => {
    expectNear(times(a, finishWork(solveLinear(a.slice(), b, n))!, n), b, 1e-9);
    const factor = gram.slice();
    expect(finishWork(factorize(factor, n))).toBe(true);
    const x = b.slice();
    solveFactorized(factor, x, n);
    expectNear(times(full(gram, n), x, n), b, 1e-6);
  });

  it("has the roots of the eigenvalues of A^T A as singular values, by both methods", () => {
    const { values, vectors } = symmetricEigen(full(gram, n), n);
    expectNear(finishWork(singularValues(a, n)), values.map(Math.sqrt), 1e-7);
    for (let k = 0; k < n; k++) {
      const v = vectors.slice(k * n, (k + 1) * n);
      expectNear(
        times(full(gram, n), v, n),
        v.map((value) => value * values[k]!),
        1e-9 * values[0]!,
      );
    }
    const found = finishWork(
      lanczos(
        function* (v) {
          yield;
          return times(full(gram, n), v, n);
        },
        n,
        { count: Math.min(3, n), most: 100, tolerance: 1e-12 },
      ),
    );
    expectNear(found.values, values.slice(0, Math.min(3, n)), 1e-9 * values[0]!);
  });
});

it("Lanczos' method finds an eigenvalue as often as it occurs", () => {
  const diagonal = Float64Array.of(5, 5, 5, 1, 0, 0);
  const found = finishWork(
    lanczos(
      function* (v) {
        yield;
        return v.map((value, i) => value * diagonal[i]!);
      },
      6,
      { count: 4, most: 100, tolerance: 1e-12 },
    ),
  );
  expectNear(found.values, [5, 5, 5, 1], 1e-12);
});

it("a singular matrix has no solution, and a negative one no factor", () => {
  expect(finishWork(solveLinear(Float64Array.of(1, 2, 2, 4), Float64Array.of(1, 1), 2))).toBeNull();
  expect(finishWork(factorize(Float64Array.of(-1), 1))).toBe(false);
  expectNear(finishWork(singularValues([3, 0, 0, 0], 2)), [3, 0], 1e-15);
  expect(Array.from(finishWork(singularValues([NaN, 0, 0, 1], 2)))).toEqual([NaN, NaN]);
});
