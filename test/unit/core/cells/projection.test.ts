/** lstm with a projection, beside PyTorch's nn.LSTM with proj_size, and by differences. */
import { describe, expect, it } from "vitest";
import { cellKindOf, lstmOptionsOf } from "../../../../src/config/facts/cellKind";
import { createReferenceNetwork } from "../../../../src/core/engine/referenceNetwork";
import { initialParameters } from "../../../../src/core/network/initialize";
import { evaluateLoss } from "../../../../src/core/network/losses";
import type { Network, NetworkSpec } from "../../../../src/core/network/network";
import { createRandom } from "../../../../src/core/numerics/random";
import { sizeOf, stateBlocks, stateSize } from "../../../../src/shared/trace/networkSpec";
import type { OptimizerUpdate } from "../../../../src/core/network/network";
import { expectClose, experimentOf, readFixture } from "../support";

type Tensors = Readonly<Record<string, readonly number[]>>;

interface GoldenModel {
  readonly hiddenSize: number;
  readonly projSize: number;
  readonly layers: number;
  readonly directions: 1 | 2;
  readonly readout: "every" | "last";
  readonly bias: boolean;
  readonly parameters: Tensors;
  readonly input: readonly number[];
  readonly targets: readonly number[];
  readonly outputs: readonly number[];
  /** h and c, [layers, batch, width]. */
  readonly last: readonly (readonly number[])[];
  readonly loss: number;
  readonly gradients: Tensors;
  readonly losses: readonly number[];
  readonly trained: Tensors;
}

const GOLDEN = readFixture<{
  readonly batch: number;
  readonly timeSteps: number;
  readonly models: readonly GoldenModel[];
  readonly bounds: Readonly<Record<string, readonly [number, number]>>;
}>("projection/golden.json");
const { batch: B, timeSteps: T } = GOLDEN;
const ADAM: OptimizerUpdate = {
  kind: "adam",
  learningRate: 0.05,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  weightDecay: 0,
};

function specOf({
  readout = "every",
  bias = true,
  layers = 1,
  directions = 1,
  ...options
}: Partial<GoldenModel> & object): NetworkSpec {
  const { model } = experimentOf({ model: { cell: "lstm", ...options } });
  return {
    cell: cellKindOf(model),
    lstm: lstmOptionsOf(model)!,
    nonlinearity: "tanh",
    inputSize: 2,
    hiddenSize: model.hiddenSize,
    numLayers: layers * directions,
    ...(directions === 2 ? { directions } : {}),
    learnedInitialState: true,
    bias,
    dropout: 0,
    readout,
    outputSize: 2,
    truncate: null,
  };
}

function networkOf(spec: NetworkSpec, tensors: Tensors): Network {
  const network = createReferenceNetwork(spec);
  const parameters = new Float64Array(network.parameterCount);
  for (const { name, shape, offset } of network.layout) {
    expect(tensors[name], name).toHaveLength(sizeOf(shape));
    parameters.set(tensors[name]!, offset);
  }
  network.writeParameters(parameters);
  return network;
}

function tensorsOf(network: Network, flat: Float64Array): Record<string, Float64Array> {
  return Object.fromEntries(
    network.layout.map(({ name, shape, offset }) => [name, flat.slice(offset, offset + sizeOf(shape))]),
  );
}

/** One forward and backward. @returns the loss */
function pass(network: Network, input: Float64Array, targets: Float64Array): number {
  const outputs = network.forward(input, B, T, null);
  const gradient = new Float64Array(outputs.length);
  const loss = evaluateLoss("mse", outputs, targets, gradient, 2);
  network.zeroGradients();
  network.backward(gradient);
  return loss;
}

describe.each(GOLDEN.models)(
  "nn.LSTM(2, $hiddenSize, $layers, proj_size=$projSize), directions $directions",
  (golden) => {
    const { hiddenSize, projSize, layers, directions, readout, bias } = golden;
    const spec = specOf({ hiddenSize, projSize, layers, directions, readout, bias });
    const input = Float64Array.from(golden.input);
    const targets = Float64Array.from(golden.targets);

    it("has the same tensors, outputs, last states and gradients", () => {
      const network = networkOf(spec, golden.parameters);
      expect(network.layout.map(({ name }) => name).toSorted()).toEqual(Object.keys(golden.parameters).toSorted());
      expect(pass(network, input, targets)).toBeCloseTo(golden.loss, 13);
      expectClose(network.forward(input, B, T, null), golden.outputs, 1e-13, 1e-14);
      const last = new Float64Array(B * stateSize(spec));
      network.readFinalState(last);
      expectClose(last, golden.last.flat(), 1e-13, 1e-14);
      const gradients = new Float64Array(network.parameterCount);
      network.readGradients(gradients);
      const found = tensorsOf(network, gradients);
      for (const [name, expected] of Object.entries(golden.gradients))
        expectClose(found[name]!, expected, 1e-11, 1e-13);
    });

    it("has the same losses and parameters over 20 updates", () => {
      const network = networkOf(spec, golden.parameters);
      const losses = golden.losses.map(() => {
        const loss = pass(network, input, targets);
        network.applyUpdate(ADAM);
        return loss;
      });
      expectClose(losses, golden.losses, 1e-10);
      const parameters = new Float64Array(network.parameterCount);
      network.readParameters(parameters);
      const found = tensorsOf(network, parameters);
      for (const [name, expected] of Object.entries(golden.trained)) expectClose(found[name]!, expected, 1e-8, 1e-9);
    });

    const isStepwise = readout !== "last" && directions === 1;
    const reason = isStepwise ? "" : " (not run: step by step it has no such output)";
    it.runIf(isStepwise)(`is the same bits as a whole, in chunks and step by step${reason}`, () => {
      const network = networkOf(spec, golden.parameters);
      const whole = network.forward(input, B, T, null).slice();
      for (const size of [1, 2]) {
        const state = new Float64Array(B * stateSize(spec));
        network.writeInitialState(null);
        for (let from = 0; from < T; from += size) {
          const steps = Math.min(size, T - from);
          const part = Float64Array.from({ length: B * steps * 2 }, (_, i) => {
            const b = Math.floor(i / (steps * 2));
            return input[(b * T + from) * 2 + (i % (steps * 2))]!;
          });
          const outputs = network.forward(part, B, steps, null);
          for (let b = 0; b < B; b++)
            expect(Array.from(outputs.subarray(b * steps * 2, (b + 1) * steps * 2))).toEqual(
              Array.from(whole.subarray((b * T + from) * 2, (b * T + from + steps) * 2)),
            );
          network.readFinalState(state);
          network.writeInitialState(state);
        }
      }
    });
  },
);

it("gives h as many numbers as the projection, and c as many as there are units, in a state and to readers", () => {
  const spec = specOf({ hiddenSize: 5, projSize: 3, layers: 2 });
  expect(stateBlocks(spec)).toEqual([3, 3, 5, 5]);
  const network = networkOf(spec, GOLDEN.models[1]!.parameters);
  network.forward(Float64Array.from(GOLDEN.models[1]!.input), B, T, null);
  const [h, c, gate] = [(T + 1) * 3, (T + 1) * 5, T * 5].map((length) => new Float64Array(length)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  network.readStates(1, 2, h);
  network.readPart(1, "c", 2, c);
  network.readGate(1, "o", 2, gate);
  const weight = GOLDEN.models[1]!.parameters["weight_hr_l1"]!;
  for (let t = 1; t <= T; t++)
    for (let p = 0; p < 3; p++) {
      const expected = Array.from({ length: 5 }, (_, j) => {
        return weight[p * 5 + j]! * gate[(t - 1) * 5 + j]! * Math.tanh(c[t * 5 + j]!);
      }).reduce((sum, term) => sum + term, 0);
      expect(h[t * 3 + p]).toBeCloseTo(expected, 14);
    }
});

describe("initial weights of an lstm with a projection", () => {
  const startOf = (scheme: string, orthogonal = "per-gate") => {
    const { model } = experimentOf({
      model: { cell: "lstm", hiddenSize: 100, projSize: 30, init: { scheme, orthogonal } as object },
    });
    const spec = { ...specOf({ hiddenSize: 100, projSize: 30, layers: 2 }), inputSize: 7 };
    const network = createReferenceNetwork(spec);
    return tensorsOf(network, initialParameters(model.init, spec, 10, createRandom(1), null));
  };
  /** Largest difference of M^T M, of columns, from the unit matrix. */
  const unevenness = (values: Float64Array, columns: number): number => {
    let most = 0;
    for (let a = 0; a < columns; a++)
      for (let b = 0; b < columns; b++) {
        let sum = a === b ? -1 : 0;
        for (let at = 0; at < values.length; at += columns) sum += values[at + a]! * values[at + b]!;
        most = Math.max(most, Math.abs(sum));
      }
    return most;
  };
  const transposed = (values: Float64Array, columns: number): Float64Array => {
    const rows = values.length / columns;
    return values.map((_, i) => values[(i % rows) * columns + Math.floor(i / rows)]!);
  };

  it("have the bounds of PyTorch's, in every tensor", () => {
    const start = startOf("auto");
    for (const [name, [smallest, largest]] of Object.entries(GOLDEN.bounds)) {
      const values = start[name]!;
      expect(Math.abs(Math.min(...values) - smallest), name).toBeLessThan(0.005);
      expect(Math.abs(Math.max(...values) - largest), name).toBeLessThan(0.005);
    }
  });

  it("have orthonormal columns in each gate, or over all of them, and orthonormal rows in the projection", () => {
    const perGate = startOf("orthogonal")["weight_hh_l1"]!;
    for (let gate = 0; gate < 4; gate++)
      expect(unevenness(perGate.subarray(gate * 3000, (gate + 1) * 3000), 30)).toBeLessThan(1e-13);
    const joint = startOf("orthogonal", "joint");
    expect(unevenness(joint["weight_hh_l1"]!, 30)).toBeLessThan(1e-13);
    expect(unevenness(transposed(joint["weight_hr_l0"]!, 100), 30)).toBeLessThan(1e-13);
  });

  it("are unit matrices in each gate and in the projection with the scheme identity", () => {
    const start = startOf("identity");
    const isUnit = (values: Float64Array, columns: number) =>
      values.every((value, i) => value === Number(Math.floor(i / columns) === i % columns));
    for (let gate = 0; gate < 4; gate++)
      expect(isUnit(start["weight_hh_l0"]!.subarray(gate * 3000, (gate + 1) * 3000), 30)).toBe(true);
    expect(isUnit(start["weight_hr_l0"]!, 100)).toBe(true);
  });
});
