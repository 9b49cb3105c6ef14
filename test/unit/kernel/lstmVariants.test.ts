/** An lstm with options in the kernel, as the reference. */
import { describe, expect, test } from "vitest";
import { createReferenceNetwork } from "../../../src/core/engine/referenceNetwork";
import type { Network, NetworkSpec } from "../../../src/core/network/network";
import { createRandom } from "../../../src/core/numerics/random";
import { createWasmNetwork } from "../../../src/kernel/wasmNetwork";
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

const OPTIONS = [false, true].flatMap((coupled) =>
  [false, true].flatMap((peephole) => [false, true].map((layerNorm) => ({ coupled, peephole, layerNorm }))),
);
/** All but the plain lstm, which has a kernel of its own. */
const VARIANTS = OPTIONS.filter((options) => Object.values(options).includes(true));
type Variant = (typeof VARIANTS)[number];

function variantSpec({ coupled, ...lstm }: Variant, changes: Partial<NetworkSpec> = {}): NetworkSpec {
  return specOf(coupled ? "lstm-coupled" : "lstm-variant", { lstm, inputSize: 3, ...changes });
}

describe.each(BUILDS)("lstm with options in the $floats kernel with $variant SIMD", (build) => {
  const pairOf = (spec: NetworkSpec): readonly [Network, Network] => {
    const pair = [createKernelNetwork(spec, build), createReferenceNetwork(spec)] as const;
    writeRandomParameters(createRandom(4), ...pair);
    return pair;
  };
  const expectSameStep = ([kernel, reference]: readonly [Network, Network], batch: number, steps: number): void => {
    const [actual, expected] = [runStep(kernel, batch, steps), runStep(reference, batch, steps)];
    expect(relativeError(actual.outputs, expected.outputs)).toBeLessThan(build.tolerance);
    expect(largest(tensorErrors(reference, actual.gradients, expected.gradients))).toBeLessThan(build.tolerance);
    expect(kernel.gradientNorm() / reference.gradientNorm()).toBeCloseTo(1, build.floats === "float32" ? 4 : 12);
  };

  test.each(VARIANTS)("agrees: coupled $coupled, peephole $peephole, layer norm $layerNorm", (variant) => {
    for (const [index, hiddenSize] of [2, 7, 8, 13, 33].entries()) {
      const bias = index % 2 === 0;
      expectSameStep(pairOf(variantSpec(variant, { hiddenSize, bias, inputSize: 2 + 3 * index })), 1 + 2 * index, 9);
    }
    const layers = { numLayers: 2, dropout: 0.3, truncate: 3, readout: "every", learnedInitialState: true } as const;
    const pair = pairOf(variantSpec(variant, { hiddenSize: 12, ...layers }));
    expectSameStep(pair, 5, 8);
    expectSameStep(pair, 2, 30);
    const initial = uniform(createRandom(9), 2 * 2 * 4 * 12, 0.8);
    for (const network of pair) network.writeInitialState(initial);
    expectSameStep(pair, 4, 6);
  });

  test("gives the same however many threads share the batch", () => {
    const spec = variantSpec({ coupled: true, peephole: true, layerNorm: true }, { hiddenSize: 40 });
    const { floats, variant } = build;
    const [one, three] = [1, 3].map((threads) => {
      const network = createWasmNetwork(spec, { batch: 12, timeSteps: 30, floats }, { variant, threads });
      writeRandomParameters(createRandom(4), network);
      return runStep(network, 12, 30);
    });
    expect(relativeError(three!.outputs, one!.outputs)).toBeLessThan(build.tolerance);
    expect(relativeError(three!.gradients, one!.gradients)).toBeLessThan(build.tolerance);
  });
});
