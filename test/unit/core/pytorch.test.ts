import { describe, expect, it } from "vitest";
import { evaluateLoss } from "../../../src/core/network/losses";
import { createOptimizer } from "../../../src/core/optimizers/optimizer";
import { createReferenceNetwork } from "../../../src/core/engine/referenceNetwork";
import { learningRateAt } from "../../../src/core/optimizers/schedule";
import { golden, goldenMinimal, type GoldenModel } from "./pytorchGolden";
import { expectClose } from "./support";

const RELATIVE = 1e-10;
/** For sums that cancel to almost nothing. */
const ABSOLUTE = 1e-13;

describe.each<GoldenModel>([...golden.models, ...goldenMinimal.models])(
  "PyTorch's $cell $variant $nonlinearity, $inputSize inputs, $hiddenSize units, $numLayers layers, bias $bias, $readout, $loss",
  (model) => {
    const { batch: B, timeSteps: T, hiddenSize: H, numLayers: L } = model;
    const network = createReferenceNetwork({ ...model, dropout: 0, truncate: null });
    const parameters = new Float64Array(network.parameterCount);
    for (const { name, offset } of network.layout) parameters.set(model.parameters[name]!, offset);
    network.writeParameters(parameters);
    if (model.initialState !== null) network.writeInitialState(Float64Array.from(model.initialState));
    const outputs = network.forward(Float64Array.from(model.input), B, T, null);
    const gradient = new Float64Array(outputs.length);
    const loss = evaluateLoss(model.loss, outputs, Float64Array.from(model.targets), gradient, model.outputSize);
    network.backward(gradient);

    it("has the names and the shapes of the parameters", () => {
      expect(network.layout.map(({ name }) => name).sort()).toEqual(Object.keys(model.parameters).sort());
      for (const { name, shape } of network.layout)
        expect(shape.reduce((a, b) => a * b, 1)).toBe(model.parameters[name]!.length);
    });

    it("has the outputs and the loss", () => {
      expectClose(outputs, model.outputs, RELATIVE, ABSOLUTE);
      expectClose([loss], [model.lossValue], RELATIVE);
    });

    it("has every gradient", () => {
      const gradients = new Float64Array(network.parameterCount);
      network.readGradients(gradients);
      for (const { name, offset } of network.layout) {
        const expected = model.gradients[name]!;
        expectClose(gradients.subarray(offset, offset + expected.length), expected, RELATIVE, ABSOLUTE);
      }
    });

    it("has the states and the final state", () => {
      const states = new Float64Array(B * (T + 1) * H);
      for (let l = 0; l < L; l++) {
        network.readStates(l, null, states);
        expectClose(states, model.states.slice(l * states.length, (l + 1) * states.length), RELATIVE, ABSOLUTE);
      }
      const final = new Float64Array(model.finalState.length);
      network.readFinalState(final);
      expectClose(final, model.finalState, RELATIVE, ABSOLUTE);
    });

    it("has the gradients of the top layer's states over time", () => {
      const values = new Float64Array(B * (T + 1) * H);
      network.readStateGradients(L - 1, null, values);
      expectClose(values, model.stateGradients.slice((L - 1) * values.length), RELATIVE, ABSOLUTE);
    });
  },
);

it.each(golden.optimizers.runs)("takes the ten steps of PyTorch's $update.kind", ({ update, parameters: path }) => {
  const parameters = Float64Array.from(golden.optimizers.start);
  const optimizer = createOptimizer(parameters.length);
  for (const [step, gradient] of golden.optimizers.gradients.entries()) {
    optimizer.apply(update, parameters, Float64Array.from(gradient));
    expectClose(parameters, path[step]!, RELATIVE, ABSOLUTE);
  }
  optimizer.reset();
  const again = Float64Array.from(golden.optimizers.start);
  optimizer.apply(update, again, Float64Array.from(golden.optimizers.gradients[0]!));
  expectClose(again, path[0]!, RELATIVE, ABSOLUTE);
});

it.each(golden.schedules)("has the learning rates of PyTorch's schedule $schedule.kind", ({ schedule, rates }) => {
  expectClose(
    rates.map((_, k) => learningRateAt(schedule, 0.5, k, rates.length)),
    rates,
    RELATIVE,
  );
});

it.each(golden.losses)(
  "has PyTorch's $kind of extreme outputs",
  ({ kind, outputs, targets, classes, loss, gradient }) => {
    const actual = new Float64Array(outputs.length);
    expectClose(
      [evaluateLoss(kind, Float64Array.from(outputs), Float64Array.from(targets), actual, classes)],
      [loss],
      RELATIVE,
    );
    expectClose(actual, gradient, RELATIVE, 1e-300);
  },
);
