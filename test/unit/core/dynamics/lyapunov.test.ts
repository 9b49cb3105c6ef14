import { describe, expect, it } from "vitest";
import { lyapunovExponents } from "../../../../src/core/dynamics/lyapunov";
import { finishWork } from "../../../../src/lib/slicedTask";
import type { Lyapunov } from "../../../../src/shared/trace/dynamics";
import { NO_INPUT, randomNumbers, tanhMap, unheard } from "./maps";

function exponents(W: Float64Array, count: number, steps = 300, transient = 100): Lyapunov {
  const map = tanhMap(W);
  const start = randomNumbers(map.size, 7, 0.5);
  return finishWork(lyapunovExponents(map, start, NO_INPUT, { exponents: count, steps, transient }, unheard));
}

/** Entries of variance g^2 / n. */
const gaussian = (n: number, g: number, seed: number) => randomNumbers(n * n, seed, g / Math.sqrt(n));

describe("Lyapunov exponents", () => {
  it.each([
    { g: 0.9, sign: -1 },
    { g: 1.1, sign: 1 },
  ])("the largest at the silent state of a random tanh network of gain $g has the sign $sign", ({ g, sign }) => {
    const map = tanhMap(gaussian(200, g, 11));
    const plan = { exponents: 1, steps: 200, transient: 100 };
    const work = lyapunovExponents(map, new Float64Array(200), NO_INPUT, plan, unheard);
    expect(Math.sign(finishWork(work).exponents[0]!)).toBe(sign);
  });

  it("below a gain of 1 every path ends in silence", () => {
    expect(exponents(gaussian(100, 0.9, 11), 1).exponents[0]).toBeLessThan(-0.01);
  });

  it("at a gain of 1.5 the largest is near that of the mean field, 0.0652 a step", () => {
    const { exponents: found } = exponents(gaussian(200, 1.5, 5), 1, 400);
    expect(found[0]).toBeGreaterThan(0.03);
    expect(found[0]).toBeLessThan(0.08);
  });

  it("at a stable origin they are the logarithms of the moduli of the eigenvalues", () => {
    const W = Float64Array.of(0.5, 0.2, 0, 0.3);
    const { exponents: found, dimension } = exponents(W, 2, 2000, 500);
    expect(found[0]).toBeCloseTo(Math.log(0.5), 3);
    expect(found[1]).toBeCloseTo(Math.log(0.3), 3);
    expect(dimension).toBe(0);
  });

  it("their sum is the mean logarithm of |det J|", () => {
    const n = 6;
    const W = gaussian(n, 2, 9);
    const map = tanhMap(W);
    let h = randomNumbers(n, 7, 0.5);
    for (let t = 0; t < 50; t++) h = map.step(h, NO_INPUT);
    const { exponents: found, dimension } = finishWork(
      lyapunovExponents(map, h, NO_INPUT, { exponents: n, steps: 200, transient: 0 }, unheard),
    );
    let sum = 0;
    for (let t = 0; t < 200; t++) {
      h = map.step(h, NO_INPUT);
      for (const value of h) sum += Math.log(1 - value * value) / 200;
    }
    const whole = found.reduce((total, value) => total + value, 0);
    expect(whole - sum).toBeCloseTo(Math.log(Math.abs(determinant(W, n))), 8);
    expect(dimension).not.toBeNull();
  });
});

function determinant(matrix: Float64Array, n: number): number {
  const a = matrix.slice();
  let result = 1;
  for (let k = 0; k < n; k++) {
    result *= a[k * n + k]!;
    for (let i = k + 1; i < n; i++) {
      const factor = a[i * n + k]! / a[k * n + k]!;
      for (let j = k; j < n; j++) a[i * n + j]! -= factor * a[k * n + j]!;
    }
  }
  return result;
}
