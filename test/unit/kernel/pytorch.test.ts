import { describe, expect, test } from "vitest";
import { evaluateLoss } from "../../../src/core/network/losses";
import { createWasmNetwork } from "../../../src/kernel/wasmNetwork";
import { golden } from "../core/pytorchGolden";
import { relativeError, VARIANTS } from "./support";

const TOLERANCE = 2e-5;

describe.each(VARIANTS)("the %s SIMD build against PyTorch in float64", (variant) => {
  test.each(golden.models)(
    "has outputs, loss and every gradient of $cell $nonlinearity, $hiddenSize units, $numLayers layers, bias $bias, $readout, $loss",
    (model) => {
      const { batch, timeSteps } = model;
      const network = createWasmNetwork({ ...model, dropout: 0, truncate: null }, { batch, timeSteps }, { variant });
      const parameters = new Float64Array(network.parameterCount);
      for (const { name, offset } of network.layout) parameters.set(model.parameters[name]!, offset);
      network.writeParameters(parameters);
      if (model.initialState !== null) network.writeInitialState(Float64Array.from(model.initialState));

      const outputs = network.forward(Float64Array.from(model.input), batch, timeSteps, null);
      expect(relativeError(outputs, Float64Array.from(model.outputs))).toBeLessThan(TOLERANCE);

      const gradient = new Float64Array(outputs.length);
      const loss = evaluateLoss(model.loss, outputs, Float64Array.from(model.targets), gradient, model.outputSize);
      expect(relativeError(Float64Array.of(loss), Float64Array.of(model.lossValue))).toBeLessThan(TOLERANCE);

      network.zeroGradients();
      network.backward(gradient);
      const gradients = new Float64Array(network.parameterCount);
      network.readGradients(gradients);
      for (const { name, offset } of network.layout) {
        const expected = Float64Array.from(model.gradients[name]!);
        expect(relativeError(gradients.subarray(offset, offset + expected.length), expected), name).toBeLessThan(
          TOLERANCE,
        );
      }
      network.dispose();
    },
  );
});
