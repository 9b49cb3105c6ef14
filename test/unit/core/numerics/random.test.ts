import { describe, expect, it } from "vitest";
import { createRandom, roundHalfToEven } from "../../../../src/core/numerics/random";
import { countOnes } from "../../../../src/core/tasks/countOnes";
import { readFixture } from "../support";

interface Case {
  seed: number;
  uint32: number[];
  double: number[];
  double2000: number;
  stream3: number[];
  sequences: number;
  length: number;
  inputs: string[];
  targets: number[];
}
const { cases, rounding } = readFixture<{ cases: Case[]; rounding: [number, number][] }>("numpy/random.json");

describe.each(cases)("with seed $seed", (golden) => {
  it("draws NumPy's 32-bit integers", () => {
    const random = createRandom(golden.seed);
    expect(golden.uint32.map(() => random.uint32())).toEqual(golden.uint32);
  });

  it("draws NumPy's doubles bit for bit, also after its state is refilled", () => {
    const random = createRandom(golden.seed);
    const draws = Array.from({ length: 2001 }, () => random.double());
    expect(draws.slice(0, 8)).toEqual(golden.double);
    expect(draws[2000]).toBe(golden.double2000);
  });

  it("draws NumPy's doubles for a stream of the seed", () => {
    const random = createRandom(golden.seed, 3);
    expect(golden.stream3.map(() => random.double())).toEqual(golden.stream3);
  });

  it(`makes NumPy's data set of ${golden.sequences} sequences of ${golden.length} bits`, () => {
    const dataset = countOnes(golden.sequences, golden.length, "last", createRandom(golden.seed));
    expect(Array.from(dataset.inputs).join("")).toBe(golden.inputs.join(""));
    expect(Array.from(dataset.targets)).toEqual(golden.targets);
  });
});

it("rounds ties to the even integer as NumPy does", () => {
  for (const [value, rounded] of rounding) expect(roundHalfToEven(value) + 0).toBe(rounded + 0);
});

it.each([-1, 1.5, 2 ** 32, NaN])("refuses the seed %s", (seed) => {
  expect(() => createRandom(seed)).toThrow(/seed is .* must be an integer from 0 to 4294967295/);
});
