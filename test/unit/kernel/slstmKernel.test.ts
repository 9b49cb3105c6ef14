/** sLSTM in the kernel, with heads and both forget gates, as the reference. */
import { describe, expect, test } from "vitest";
import { createReferenceNetwork } from "../../../src/core/engine/referenceNetwork";
import type { Network, NetworkSpec } from "../../../src/core/network/network";
import { createRandom } from "../../../src/core/numerics/random";
import { createWasmNetwork } from "../../../src/kernel/wasmNetwork";
import type { SlstmOptions } from "../../../src/shared/trace/networkSpec";
import {
  BUILDS,
  createKernelNetwork,
  largest,
  relativeError,
  runStep,
  specOf,
  tensorErrors,
  uniform,
  writeRandomParameters,
} from "./support";

const OPTIONS: readonly SlstmOptions[] = [1, 2, 3, 12].flatMap((heads) =>
  (["sigmoid", "exponential"] as const).map((forgetGate) => ({ heads, forgetGate })),
);

describe.each(BUILDS)("sLSTM in the $floats kernel with $variant SIMD", (build) => {
  const { tolerance } = build;
  const pairOf = (spec: NetworkSpec): readonly [Network, Network] => {
    const pair = [createKernelNetwork(spec, build), createReferenceNetwork(spec)] as const;
    writeRandomParameters(createRandom(4), ...pair);
    return pair;
  };
  const expectSameStep = ([kernel, reference]: readonly [Network, Network], batch: number, steps: number): void => {
    const [actual, expected] = [runStep(kernel, batch, steps), runStep(reference, batch, steps)];
    expect(relativeError(actual.outputs, expected.outputs)).toBeLessThan(tolerance);
    expect(largest(tensorErrors(reference, actual.gradients, expected.gradients))).toBeLessThan(tolerance);
    expect(kernel.gradientNorm() / reference.gradientNorm()).toBeCloseTo(1, build.floats === "float32" ? 4 : 12);
  };

  test.each(OPTIONS)("agrees: $heads heads, $forgetGate forget gate", (slstm) => {
    const layers = { numLayers: 2, dropout: 0.3, truncate: 3, readout: "every" } as const;
    const pair = pairOf(specOf("slstm", { hiddenSize: 12, slstm, ...layers, learnedInitialState: slstm.heads === 2 }));
    expectSameStep(pair, 5, 8);
    expectSameStep(pair, 2, 30);
  });

  test("carries all parts of its state on: two halves are the whole", () => {
    const spec = specOf("slstm", { hiddenSize: 7, readout: "every", slstm: { heads: 1, forgetGate: "exponential" } });
    const [network] = pairOf(spec);
    const [B, T, I] = [2, 6, 2];
    const input = uniform(createRandom(3), B * T * I, 1.5);
    const whole = network.forward(input, B, T, null).slice();
    const state = new Float64Array(4 * B * 7);
    const halves = [0, 1].map((half) => {
      const part = new Float64Array((B * T * I) / 2);
      for (let b = 0; b < B; b++)
        part.set(input.subarray((b * T + (half * T) / 2) * I, (b * T + ((half + 1) * T) / 2) * I), (b * T * I) / 2);
      const outputs = network.forward(part, B, T / 2, null).slice();
      network.readFinalState(state);
      network.writeInitialState(state);
      return outputs;
    });
    const joined = new Float64Array(whole.length);
    const each = (T / 2) * 3;
    for (let b = 0; b < B; b++)
      halves.forEach((outputs, half) => joined.set(outputs.subarray(b * each, (b + 1) * each), (2 * b + half) * each));
    expect(relativeError(joined, whole)).toBeLessThan(tolerance);
  });

  test("stays finite with gates in the hundreds, and agrees", () => {
    const pair = pairOf(specOf("slstm", { hiddenSize: 8, slstm: { heads: 1, forgetGate: "exponential" } }));
    const input = uniform(createRandom(3), 3 * 40 * 2, 900);
    const [actual, expected] = pair.map((network) => network.forward(input, 3, 40, null).slice());
    expect(expected!.every(Number.isFinite)).toBe(true);
    // Gates of 900 have three digits less after the point.
    expect(relativeError(actual!, expected!)).toBeLessThan(1000 * tolerance);
  });

  test("gives the same however many threads share the batch", () => {
    const spec = specOf("slstm", { hiddenSize: 40, slstm: { heads: 4, forgetGate: "sigmoid" } });
    const { floats, variant } = build;
    const [one, two] = [1, 3].map((threads) => {
      const network = createWasmNetwork(spec, { batch: 12, timeSteps: 30, floats }, { variant, threads });
      writeRandomParameters(createRandom(4), network);
      return runStep(network, 12, 30);
    });
    expect(relativeError(two!.outputs, one!.outputs)).toBeLessThan(tolerance);
    expect(relativeError(two!.gradients, one!.gradients)).toBeLessThan(tolerance);
  });
});
