import { describe, expect, test } from "vitest";
import { evaluateLoss } from "../../../src/core/network/losses";
import { golden } from "../core/pytorchGolden";
import { BUILDS, createKernelNetwork, relativeError } from "./support";

describe.each(BUILDS)("the $floats kernel with $variant SIMD against PyTorch in float64", (build) => {
  const { tolerance } = build;
  test.each(golden.models)(
    "has outputs, loss and every gradient of $cell $nonlinearity, $hiddenSize units, $numLayers layers, bias $bias, $readout, $loss",
    (model) => {
      const { batch, timeSteps } = model;
      const network = createKernelNetwork({ ...model, dropout: 0, truncate: null }, build);
      const parameters = new Float64Array(network.parameterCount);
      for (const { name, offset } of network.layout) parameters.set(model.parameters[name]!, offset);
      network.writeParameters(parameters);
      if (model.initialState !== null) network.writeInitialState(Float64Array.from(model.initialState));

      const outputs = network.forward(Float64Array.from(model.input), batch, timeSteps, null);
      expect(relativeError(outputs, Float64Array.from(model.outputs))).toBeLessThan(tolerance);

      const gradient = new Float64Array(outputs.length);
      const loss = evaluateLoss(model.loss, outputs, Float64Array.from(model.targets), gradient, model.outputSize);
      expect(relativeError(Float64Array.of(loss), Float64Array.of(model.lossValue))).toBeLessThan(tolerance);

      network.zeroGradients();
      network.backward(gradient);
      const gradients = new Float64Array(network.parameterCount);
      network.readGradients(gradients);
      for (const { name, offset } of network.layout) {
        const expected = Float64Array.from(model.gradients[name]!);
        expect(relativeError(gradients.subarray(offset, offset + expected.length), expected), name).toBeLessThan(
          tolerance,
        );
      }
      network.dispose();
    },
  );
});
