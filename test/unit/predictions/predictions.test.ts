/** A few of the cases that `npm run predictions` runs: those that take little training, or none. */
import { describe, expect, test } from "vitest";
import { NETWORKS } from "../../predictions/networks";
import { predictNetwork } from "../../predictions/predictNetwork";

describe("the predicted decay beside the measured one", () => {
  // [measured, curve over measured, factor over measured] as powers of ten at step 1.
  test.each([
    ["tanh, adding 20", 300, [-4.61, -0.05, -0.34]],
    ["tanh, adding 100", 0, [-23.6, -0.02, 1.06]],
    ["relu identity, adding 100", 0, [-0.13, 0, 0.13]],
    ["gru orthogonal, adding 100", 0, [-13.11, 0, 0.48]],
    ["lstm bias 1, adding 100", 0, [-6.96, 0, -0.07]],
    ["lstm bias 4.6, adding 100", 0, [-1.07, -0.03, 1.29]],
    ["tanh, order 50", 0, [-11.43, -0.03, 0.44]],
  ] as const)("%s after %i batches", (name, batches, expected) => {
    const network = NETWORKS.find((one) => one.name === name)!;
    const { measured, curve, factor, ...last } = predictNetwork(network, batches).at(-1)!;
    expect(last.batches).toBe(batches);
    for (const [i, value] of [measured, curve, factor].entries()) expect(value).toBeCloseTo(expected[i]!, 1);
  });
});
