import { expect, it } from "vitest";
import { createReferenceNetwork } from "../../../../src/core/engine/referenceNetwork";
import { createRandom } from "../../../../src/core/numerics/random";
import { batchSums, meanNorms } from "../../../../src/core/numerics/stateNorms";
import { createWasmNetwork } from "../../../../src/kernel/wasmNetwork";
import { specOf } from "../../kernel/support";

it("the norm of a state gradient is right where its squares leave the range of float64", () => {
  for (const size of [5e-324, 1e-200, 1, 1e200]) {
    const norms = new Float64Array(2);
    // [B = 2, steps = 2, H = 4]: the second sequence has twice the gradient of the first.
    const values = Float64Array.from({ length: 16 }, (_, i) => (i < 8 ? size : 2 * size));
    meanNorms(values, 2, 2, 4, norms);
    for (const norm of norms) expect(norm / (3 * size)).toBeCloseTo(1, 12);
  }
});

it("what is not finite reaches the norm", () => {
  for (const value of [NaN, Infinity]) {
    const norms = new Float64Array(1);
    meanNorms(Float64Array.of(1, value), 1, 1, 2, norms);
    expect(norms[0]).toBe(value);
  }
});

it.each(["state", "every"] as const)(
  "those of one unit are summed up on the way back, to the same bits (%s)",
  (readout) => {
    const spec = specOf("linear", { inputSize: 1, hiddenSize: 1, outputSize: 1, bias: false, readout });
    const network = createReferenceNetwork(spec);
    const random = createRandom(5);
    const draw = (length: number) => Float64Array.from({ length }, () => 2 * random.double() - 1);
    network.writeParameters(draw(network.parameterCount));
    // The second batch has another size, the third is like it.
    for (const [B, T] of [
      [4, 7],
      [6, 3],
      [6, 3],
    ] as const) {
      const outputs = network.forward(draw(B * T), B, T, null);
      network.zeroGradients();
      network.backward(draw(outputs.length));
      const [gradients, norms, expected] = [B * (T + 1), T + 1, T + 1].map((length) => new Float64Array(length));
      network.readStateGradients(0, null, gradients!);
      meanNorms(gradients!, B, T + 1, 1, expected!);
      const sums = new Float64Array(T + 1);
      network.readStateGradientNorms(0, norms!, sums);
      expect(norms).toEqual(expected);
      batchSums(gradients!, B, T + 1, expected!);
      expect(sums).toEqual(expected);
      expect(Math.min(...norms!.subarray(1))).toBeGreaterThan(0);
    }
  },
);

it("the sums of a kernel are those of the gradients that it gives, also of several layers", () => {
  const network = createWasmNetwork(specOf("gru", { hiddenSize: 1, numLayers: 2 }), { batch: 5, timeSteps: 4 });
  const random = createRandom(6);
  const draw = (length: number) => Float64Array.from({ length }, () => 2 * random.double() - 1);
  network.writeParameters(draw(network.parameterCount));
  network.backward(draw(network.forward(draw(5 * 4 * 2), 5, 4, null).length));
  for (const layer of [0, 1]) {
    const [gradients, sums, expected] = [5 * 5, 5, 5].map((length) => new Float64Array(length));
    network.readStateGradients(layer, null, gradients!);
    batchSums(gradients!, 5, 5, expected!);
    network.readStateGradientNorms(layer, new Float64Array(5), sums);
    expect(sums).toEqual(expected);
    expect(sums![4]).not.toBe(0);
  }
});
